#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Make doc/rooms.rst: the essays at the top of the source files, in one page.

    doc/rooms.py [DIRECTORY] > doc/rooms.rst

An essay is the first comment of a file after its licence (C), or the text of
the module (Python).  The page is under version control so that it can be read
without building anything; `make check` fails when it is not what the files say.
A header without more than a line gives its line.
"""
import ast
import pathlib
import re
import sys

HEAD = """.. SPDX-License-Identifier: GPL-2.0-or-later
.. Made by doc/rooms.py from the files; do not edit.

.. _bgp-avs-rooms:

****************************
Every file, in its own words
****************************

What follows is the text at the top of each source file: its purpose, how it
represents things, what always holds, and what it costs. How the files fit
together is told in :ref:`bgp-avs-design`.

.. contents::
   :local:
   :depth: 1

"""

# heading, patterns of files in it, in this order
PARTS = (
    ("The core", ("bgpd_avs/core/*.h", "bgpd_avs/core/*.c")),
    ("The module", ("bgpd_avs/*.h", "bgpd_avs/*.c")),
    ("The extension of vtysh", ("bgpd_avs/vtysh/*.[ch]", "bgpd_avs/vtysh/*.py")),
    ("The laboratory of the tests", ("tests/topotests/lib/*.py",)),
    ("Random cases", ("tests/chaos/*.py",)),
)


def c_essay(text):
    """Body of the first comment after the licence."""
    match = re.search(r"/\*(.*?)\*/", re.sub(r"^/\* SPDX.*?\*/\n|^// SPDX.*\n", "", text), re.S)
    if not match:
        return ""
    lines = [re.sub(r"^\s*\*? ?", "", line) if n else line.strip()
             for n, line in enumerate(match.group(1).split("\n"))]  # fmt: skip
    return "\n".join(lines)


def python_essay(text):
    """Text of the module."""
    return ast.get_docstring(ast.parse(text)) or ""


def essay(path):
    """The essay of a file, without blank lines around it."""
    text = path.read_text(encoding="utf-8")
    body = python_essay(text) if path.suffix == ".py" else c_essay(text)
    return body.expandtabs(8).strip("\n").rstrip()


def page(top):
    """The page."""
    out = [HEAD]
    for title, patterns in PARTS:
        out.append(f"{title}\n{'=' * len(title)}\n\n")
        files = sorted({p for pattern in patterns for p in top.glob(pattern)}, key=lambda p: (p.stem, p.suffix != ".h"))
        for path in files:
            body = essay(path)
            if not body:
                continue
            name = path.relative_to(top).as_posix()
            out.append(f"{name}\n{'-' * len(name)}\n\n::\n\n")
            out += [f"    {line}".rstrip() + "\n" for line in body.split("\n")]
            out.append("\n")
    return "".join(out).rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.stdout.write(page(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)))
