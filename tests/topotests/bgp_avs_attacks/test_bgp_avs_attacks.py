# SPDX-License-Identifier: GPL-2.0-or-later
"""
The attack matrix: nothing outside of the plan reaches a Route Server, not for
one UPDATE, whatever is configured.  Every attack has a control that shows it
works where the guard is off.

Topology and rules: lib/attack.py.  Entries: matrix/*.py, fields: matrix/README.md.

Entries take some seconds of waiting each, so --workers of them run at the
same time, each in namespaces of its own, beside the other tests of the session.
"""
import concurrent.futures
import importlib.util
import pathlib

import pytest

from lib.attack import Attack
from lib.frr import release

MATRIX = pathlib.Path(__file__).resolve().parent / "matrix"


def load():
    """All entries; names must be unique, controls present or explained."""
    entries = {}
    for path in sorted(MATRIX.glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"matrix_{path.stem}", path)
        part = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(part)
        for entry in part.ENTRIES:
            name = entry["name"]
            if release() < entry.get("from", (0,)):
                continue
            assert name not in entries, f"two entries are named {name}"
            assert entry["source"], name
            assert entry.get("control") is not None or entry.get("no_control"), name
            entry.setdefault("control", None)
            first, reason = entry.get("no_control_from", ((99,), None))
            if release() >= first:
                assert reason, name
                entry["control"] = None
            entries[name] = entry
    return entries


ENTRIES = load()
CONTROLS = [n for n, e in ENTRIES.items() if e["control"] is not None]
STOCK = [n for n in CONTROLS if ENTRIES[n]["control"].get("how") != "monitor"]


def start(items, workers):
    """
    Start every attack that was selected; called by conftest.py before the
    first test, so that the matrix runs while other tests wait.

    Returns (name, guarded) -> future.
    """
    pool = concurrent.futures.ThreadPoolExecutor(workers)
    futures = {}
    for item in items:
        name, guarded = item.callspec.params["attack"], item.function.__name__ == "test_guard"
        futures[name, guarded] = pool.submit(Attack(ENTRIES[name], guarded).run)
    return futures


@pytest.fixture
def results(request):
    """(name, guarded) -> future, for everything that was selected."""
    return request.config.attacks


def check(request, results, name, guarded):
    attack = results[name, guarded].result()
    for section in attack.logs.items():
        request.node.add_report_section("call", *section)
    assert not attack.problems, "\n".join(attack.problems)


@pytest.mark.asan
@pytest.mark.parametrize("attack", ENTRIES)
def test_guard(request, results, attack):
    """The attack is held."""
    check(request, results, attack, True)


@pytest.mark.parametrize(
    "attack", [pytest.param(n, marks=[pytest.mark.stock] if n in STOCK else []) for n in CONTROLS]
)
def test_control(request, results, attack):
    """The same attack leaks without the guard."""
    check(request, results, attack, False)
