# SPDX-License-Identifier: GPL-2.0-or-later
"""
A minute of tests/chaos, always the same: some seeds, the cases that were found once, and what shows
that the oracle sees and the shrinker cuts.  See tests/chaos/README.md.
"""
import json
import pathlib
import sys

import pytest

CHAOS = pathlib.Path(__file__).resolve().parents[2] / "chaos"
sys.path.insert(0, str(CHAOS))

from pool import ADDRESSES, BASE, FEATURES, QUICK  # noqa: E402
from shrink import shrink  # noqa: E402
from steps import Maker  # noqa: E402
from world import Failure, World  # noqa: E402

# each feature once, two or three in a case
SEEDS = {1: ("maps", "overlay", "restart"), 2: ("lists", "shadow"), 3: ("edge", "forms", "peers"),
         4: ("calm", "groups"), 5: ("policy", "segments", "sibling")}
CASES = sorted((CHAOS / "cases").glob("*.json"))
BOTH = ["H1", "H2"]
ONPREM = {"path": [65515, 12076, 64620]}


def play(lab, cases):
    """All of them on one bgpd."""
    world = World(lab)
    for case in cases:
        try:
            world.play(case)
        except Failure as failure:
            pytest.fail(f"seed {case['seed']}: {failure}\n{json.dumps(case)}")
        finally:
            print(f"seed {case['seed']}: {world.operations} steps, {world.rests} rests, {world.updates} UPDATEs so far")


@pytest.mark.asan
def test_seeds(lab):
    """Nothing leaves that should not, and at rest plan, wire and explain are one."""
    play(lab, [Maker(seed, 30, features).case() for seed, features in SEEDS.items()])


@pytest.mark.asan
def test_cases(lab):
    """What was found, and is not there any more."""
    assert CASES
    play(lab, [json.loads(path.read_text()) for path in CASES])


@pytest.mark.parametrize("more,steps,kind", [
    # on-premises is reached, nobody has consented, and the guard lets it out
    (["route-server hub toward on-premises", "route-server hub guard monitor"],
     [["af", "network 0.0.0.0/0"]], "rule 2"),
    # what no line asks for
    (["route-server hub guard monitor"], [["af", "network 10.99.0.0/16"]], "no line asks"),
    # the other instance has what the other one gave, with Azure's numbers in the path
    (["route-server hub guard monitor"], [["announce", ["H1"], ["10.20.8.0/24"], ONPREM]], "rule 5"),
])
def test_oracle_sees(lab, more, steps, kind):
    """Control: with a guard that only counts the same oracle finds it."""
    case = {"seed": 0, "stock": [QUICK], "avs": [*BASE, "route-server hub toward private-cloud", *more],
            "steps": [*steps, ["rest"]]}
    with pytest.raises(Failure) as caught:
        World(lab, 4).play(case)
    assert kind in str(caught.value)


def test_shrinker_cuts():
    """Of a whole case what matters is left: two steps of ours, in their order, and one word of a paste."""
    case = Maker(7, 40).case()
    case["steps"].insert(9, ["type", "avs shutdown", "avs advertise supernet auto", "no avs shutdown"])
    case["steps"].append(["refresh", "SRC"])

    def fails(less):
        names = [s[0] for s in less["steps"] if s == ["refresh", "SRC"] or "avs shutdown" in s]
        return names[:1] == ["type"] and names[-1:] == ["refresh"] and BASE[0] in less["avs"]

    assert fails(case)
    less = shrink(case, fails)
    assert less["steps"] == [["type", "avs shutdown"], ["refresh", "SRC"]] and less["avs"] == [BASE[0]]


def test_seeds_are_the_same_for_ever():
    """A seed says everything: printed, it is enough to see the same again."""
    assert Maker(3).case() == Maker(3).case() != Maker(4).case()
    assert {name for features in SEEDS.values() for name in features} == set(FEATURES)
    assert {s[0] for n in range(40) for s in Maker(n).case()["steps"]} >= {
        "type", "af", "top", "announce", "stop", "kill", "restart", "recreate", "unshadow"}
    assert set(ADDRESSES) >= set(BOTH)
