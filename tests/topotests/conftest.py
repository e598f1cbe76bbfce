# SPDX-License-Identifier: GPL-2.0-or-later
"""
Every session runs in a sandbox of its own (lib/sandbox.py); pytest executes
itself again in there.  Without the right to do so nothing is run.

    sudo /usr/bin/python3 -m pytest tests/topotests [-k WORD] [-m MARKER]

--keep-logs DIR copies the laboratory's files (logs, configurations, recorded
UPDATEs) of failed tests there.
"""
import os
import pathlib
import shutil
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

from lib import product, sandbox  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--keep-logs", metavar="DIR", help="copy files of failed tests there")
    parser.addoption(
        "--workers", type=int, default=12, help="attacks that run at the same time (default 12)"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    config.addinivalue_line("markers", "valgrind: runs bgpd under valgrind")
    config.addinivalue_line("markers", "stock: needs no module")
    config.addinivalue_line("markers", "package: also worth a run with the Debian package installed")
    config.addinivalue_line("markers", "asan: also worth a run with a sanitizer build")
    if sandbox.inside() or config.option.collectonly or config.option.help:
        return
    if os.geteuid() != 0:
        raise pytest.UsageError("topotests need root: they make network namespaces")
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture:
        capture.stop_global_capturing()
    program = str(HERE / "lib" / "sandbox.py")
    again = [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider"]
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-B", program] + again + sys.argv[1:])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Without a build only the tests that need none can run: -m stock."""
    reason = product.missing()
    if reason and not config.option.collectonly:
        if any(not item.get_closest_marker("stock") for item in items):
            raise pytest.UsageError(f"{reason}; without it only `-m stock` can run")


def _is_attack(item):
    return "attack" in getattr(getattr(item, "callspec", None), "params", {})


def pytest_collection_finish(session):
    """The matrix runs in the background; its results are looked at last."""
    if not sandbox.inside() or session.config.option.collectonly:
        return
    attacks = [item for item in session.items if _is_attack(item)]
    if attacks:
        session.items[:] = [item for item in session.items if not _is_attack(item)] + attacks
        session.config.attacks = attacks[0].module.start(attacks, session.config.getoption("--workers"))


def pytest_sessionfinish(session):
    """What was not asked for (-x) is not waited for."""
    for future in getattr(session.config, "attacks", {}).values():
        future.cancel()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.when == "call" and report.failed:
        for lab in getattr(item, "laboratories", ()):
            for name, text in lab.logs().items():
                report.sections.append((name, text))
            directory = item.config.getoption("--keep-logs")
            if directory:
                target = pathlib.Path(directory) / item.name.replace("/", "_")
                for node in lab.nodes:
                    shutil.copytree(
                        node.dir,
                        target / node.name,
                        dirs_exist_ok=True,
                        ignore=lambda where, names: [
                            n
                            for n in names
                            if not (pathlib.Path(where) / n).is_file()
                            and not (pathlib.Path(where) / n).is_dir()
                        ],
                    )


@pytest.fixture
def lab(request):
    """A laboratory; everything in it ends with the test."""
    from lib.lab import Lab

    laboratory = Lab()
    request.node.laboratories = [laboratory]
    yield laboratory
    laboratory.close()
    laboratory.check()
