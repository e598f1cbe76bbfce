# SPDX-License-Identifier: GPL-2.0-or-later
"""
What is under test: the module and the vtysh extension from a build directory,
or from the Debian package.

AVS_BUILDDIR  build directory (default: build/plain, with AVS_ASAN=1 build/asan)
AVS_ASAN=1    that build has sanitizers: bgpd runs with libasan preloaded, and
              any report fails the test that caused it
AVS_PACKAGE   frr-avs_*.deb, installed in the sandbox (lib/sandbox.py): bgpd runs
              with `-M avs`, vtysh is what the package put in its place

The files of a build are copied into the sandbox, so that a build that goes on
at the same time does not change what is being tested.
"""
import os
import pathlib
import shutil
import subprocess
import threading

from .sandbox import PACKAGE, RUN

ROOT = pathlib.Path(__file__).resolve().parents[3]
ASAN = os.environ.get("AVS_ASAN") == "1"
HERE = pathlib.Path(RUN) / "product"
VTYSH = "/usr/bin/vtysh"
DIVERTED = f"{VTYSH}.frr"

_lock = threading.RLock()

WRAPPER = """#!/bin/sh
export LD_PRELOAD={preload}${{LD_PRELOAD:+:$LD_PRELOAD}}
exec {here}/vtysh.frr "$@"
"""


def build_dir():
    """The build directory, absolute."""
    default = "build/asan" if ASAN else "build/plain"
    return (ROOT / os.environ.get("AVS_BUILDDIR", default)).resolve()


def built(name):
    """Path of a build product, or None."""
    for path in (build_dir() / ".libs" / name, build_dir() / name):
        if path.is_file():
            return path
    return None


def missing():
    """Sentence that says what is not built, or None."""
    if PACKAGE:
        return None if os.path.isfile(PACKAGE) else f"no package {PACKAGE}"
    for name in ("bgpd_avs.so", "vtysh_avs.so"):
        if built(name) is None:
            return f"no {name} in {build_dir()}: run make, or set AVS_BUILDDIR"
    return None


def variant_missing(name):
    """Sentence for a build product that only the tests need."""
    return f"no {name} in {build_dir()}: run `make check TESTS=` there, it builds the variants"


def sanitizer_library():
    """Path of libasan."""
    name = subprocess.run(
        ["gcc", "-print-file-name=libasan.so"], text=True, capture_output=True, check=True
    ).stdout.strip()
    return os.path.realpath(name)


def module(name="bgpd_avs.so"):
    """
    What bgpd's -M takes: the path of a private copy of a build product, or the
    module's name when the package is installed.  Fails when it is not there.
    """
    if PACKAGE and name == "bgpd_avs.so":
        return "avs"
    with _lock:
        return _module(name)


def _module(name):
    target = HERE / name
    if not target.exists():
        source = built(name)
        if source is None:
            raise AssertionError(missing() or variant_missing(name))
        HERE.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
        target.chmod(0o755)
    return target


def vtysh(extended):
    """
    Path of the file that has to take the place of VTYSH, stock or with our
    extension in front of it; None when that is what stands there.
    """
    if PACKAGE:
        return None if extended else DIVERTED
    if not extended:
        return None
    with _lock:
        return _vtysh_wrapper()


def _vtysh_wrapper():
    target = HERE / "vtysh"
    if not target.exists():
        preload = str(module("vtysh_avs.so"))
        if ASAN:
            preload = f"{sanitizer_library()}:{preload}"
        stock = HERE / "vtysh.frr"
        if not stock.exists():
            shutil.copy(VTYSH, stock)
        target.write_text(WRAPPER.format(preload=preload, here=HERE))
        target.chmod(0o755)
    return target
