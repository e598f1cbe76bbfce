# SPDX-License-Identifier: GPL-2.0-or-later
"""The enumerations of the model are those of the core, by name and, where the
model gives one, by value; and so are the limits.

    enums.py MODEL CORE_DIRECTORY COMPILER

The enumerators are read from the headers, their names are asked of the
compiled core, and both are compared with the model.  A name of the model that
the core lacks must stand behind a feature: it belongs to a later version.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

# typedef of the model, header, enum of the core, function that names a value
ENUMS = (
    ("learned-segment", "avs_types.h", "avs_segment", "avs_segment_name"),
    ("why", "avs_types.h", "avs_why", "avs_why_name"),
    ("class", "avs_types.h", "avs_class", "avs_class_name"),
    ("guard", "avs_types.h", "avs_guard", "avs_guard_name"),
    ("reason", "avs_types.h", "avs_reason", "avs_reason_name"),
    ("warning-code", "avs_warning.h", "avs_warning_code", "avs_warning_name"),
    ("severity", "avs_warning.h", "avs_severity", "avs_severity_name"),
    ("auto-fault", "avs_supernet.h", "avs_supernet_fault", "avs_supernet_fault_name"),
)
SOURCES = (
    "avs_types.c",
    "avs_warning.c",
    "avs_prefix.c",
    "avs_classify.c",
    "avs_config.c",
    "avs_supernet.c",
    "avs_supernet_dp.c",
    "avs_arena.c",
)


def model_enums(model):
    """typedef -> {name: (value, behind a feature)}"""
    found = {}
    for name, body in re.findall(r"\n  typedef ([\w-]+) \{(.*?)\n  \}", model, re.S):
        enums = re.findall(r'enum "?([\w-]+)"? \{(.*?)\n      \}', body, re.S)
        values = {}
        for enum, inner in enums:
            value = re.search(r"value (\d+);", inner)
            values[enum] = (int(value.group(1)) if value else None, "if-feature" in inner)
        found[name] = values
    return found


def enumerators(header, enum):
    """Names of the enumerators of an enum, in order."""
    text = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
    body = re.search(r"enum %s \{(.*?)\}" % enum, text, re.S).group(1)
    return re.findall(r"\b(AVS_\w+)", body)


def core_names(core, compiler):
    """typedef -> {name: value}, as the compiled core says."""
    lines = ['#include "avs_types.h"', '#include "avs_warning.h"']
    lines += ['#include "avs_supernet.h"', "#include <stdio.h>", "#include <stdlib.h>"]
    # nothing that is called here allocates
    lines.append("void *avs_alloc(size_t size) { return NULL; }")
    lines.append("void avs_free(void *ptr) {}")
    lines.append("int main(void)\n{")
    for typedef, header, enum, function in ENUMS:
        for name in enumerators((core / header).read_text(), enum):
            lines.append('\tprintf("%s %%d %%s\\n", %s, %s(%s));' % (typedef, name, function, name))
    lines.append("\treturn 0;\n}\n")
    with tempfile.TemporaryDirectory() as directory:
        source = pathlib.Path(directory, "names.c")
        source.write_text("\n".join(lines))
        program = source.with_suffix("")
        subprocess.run(
            [compiler, "-std=c11", "-I", core, "-o", program, source] + [core / s for s in SOURCES],
            check=True,
        )
        output = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    found = {}
    for line in output.splitlines():
        typedef, value, name = line.split(" ", 2)
        found.setdefault(typedef, {})[name] = int(value)
    return found


# constant of avs_types.h, what the model says with it
LIMITS = (
    ("AVS_SERVERS_MAX", "max-elements %s;"),
    ("AVS_OVERLAY_MAX", "max-elements %s;"),
    ("AVS_NAME_MAX", 'length "1..%s"'),
)


def main(argv):
    text = pathlib.Path(argv[1]).read_text()
    model = model_enums(text)
    core = core_names(pathlib.Path(argv[2]).resolve(), argv[3])
    bad = []
    types = pathlib.Path(argv[2], "avs_types.h").read_text()
    for name, statement in LIMITS:
        value = re.search(r"#define %s (\d+)" % name, types).group(1)
        if statement % value not in text:
            bad.append("%s is %s in the core, the model has another limit" % (name, value))
    for typedef, *_ in ENUMS:
        theirs, ours = core[typedef], model[typedef]
        for name in sorted(theirs.keys() | ours.keys()):
            if name not in ours:
                bad.append("%s %s is not in the model" % (typedef, name))
                continue
            value, later = ours[name]
            if name not in theirs:
                if not later:
                    bad.append("%s %s is not in the core" % (typedef, name))
            elif value is not None and value != theirs[name]:
                bad.append("%s %s: core %s, model %s" % (typedef, name, theirs[name], value))
    for line in bad:
        print("# " + line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
