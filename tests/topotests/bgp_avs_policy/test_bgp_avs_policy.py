# SPDX-License-Identifier: GPL-2.0-or-later
"""
`avs policy`, `match avs` and `set avs`: what the user's route-maps say about segments.

One route server, and a router without a role before the sites, see lib/hub.py.
"""
import pytest

from lib.hub import ALL, AVS, BGP, LAN, ONPREM, R1, R2, VNET, VPN, Hub
from lib.wait import holds_for, wait_for

pytestmark = pytest.mark.asan

LINES = [
    f"avs route-server hub neighbor {R1}",
    f"avs route-server hub neighbor {R2}",
    "avs route-server hub toward private-cloud",
    "avs route-server hub toward on-premises",
    "avs hold-down 0",
    "avs quiet-period 0",
]


class Cell(Hub):
    """Router and recorder; maps are lines at top level."""

    def __init__(self, lab, *avs, maps=(), lan=(), before=False):
        super().__init__(lab, ALL)
        lines = ["bgp route-map delay-timer 1"]
        lines += list(maps) if before else []
        lines += [BGP, *self.neighbors("remote-as {as}")]
        lines += [" address-family ipv4 unicast"]
        lines += [f"  neighbor {LAN} route-map {'LAN' if lan else 'ALL'} out"]
        lines += [f"  neighbor {LAN} route-map {'LAN-IN' if 'in' in lan else 'ALL'} in", " exit-address-family"]
        lines += [" " + l for l in (*LINES, *avs)] + ["exit", "route-map ALL permit 10", "exit"]
        lines += [] if before else list(maps)
        self.start(lines)


def entry(name, seq, *lines, action="permit"):
    """An entry of a route-map as configuration lines."""
    return [f"route-map {name} {action} {seq}", *(" " + l for l in lines), "exit"]


# the policy


def test_classifies(lab):
    """Lines say nothing of it, the policy does; the next step of it is seen by `match avs segment`."""
    cell = Cell(
        lab, "avs advertise supernet 10.30.0.0/15", "avs policy route-map P",
        maps=[*entry("P", 10, "match avs segment unknown", "match community NONE", action="deny"),
              *entry("P", 20, "match avs segment unknown", "set avs segment on-premises site dc1", "set metric 77",
                     "set community 65000:1"),
              *entry("P", 30)],
    )
    cell.learn(VPN, "10.30.0.0/16")
    cell.learn(AVS, "10.20.0.0/16")
    cell.both("10.30.0.0/15")
    cell.is_route("10.30.0.0/16", segment="on-premises", why="policy", representation="supernet")
    cell.is_route("10.20.0.0/16", segment="private-cloud", why="avs-origin", representation="supernet")
    # asked about a copy: what else it sets is not set
    path = cell.dut.show_json("show bgp ipv4 unicast 10.30.0.0/16 json")["paths"][0]
    assert path.get("metric", 0) != 77 and "community" not in path, path
    assert " on-premises dc1 " in cell.dut.show("show bgp avs routes")
    assert "clause-inert" not in cell.warnings()


def test_follows_its_map(lab):
    """Every change of the map, and of a list that it asks, is looked at again."""
    cell = Cell(lab, "avs advertise supernet 10.30.0.0/15", "avs policy route-map P", maps=entry("P", 20))
    cell.learn(VPN, "10.30.0.0/16")
    cell.is_route("10.30.0.0/16", segment="unknown", why="no-expressroute", representation="supernet")
    cell.type("match ip address prefix-list SITES", "set avs segment on-premises", node="route-map P permit 10")
    holds_for("no list, no match", lambda: not cell.rec.rib("R1"), 2)
    cell.dut.configure("ip prefix-list SITES permit 10.30.0.0/16")
    cell.both("10.30.0.0/15")
    cell.type("set avs segment virtual-network", node="route-map P permit 10")
    cell.is_route("10.30.0.0/16", segment="virtual-network", why="policy", representation="supernet")
    cell.both()
    cell.type("set avs segment on-premises", node="route-map P permit 10")
    cell.both("10.30.0.0/15")
    # another value is another line
    cell.type("no set avs segment private-cloud", "no set avs segment on-premises site dc1", node="route-map P permit 10")
    assert " set avs segment on-premises" in cell.dut.running()
    cell.type("no set avs segment on-premises", node="route-map P permit 10")
    cell.both()
    assert cell.summary()["counters"]["missed"] == 0


def test_called(lab):
    """A map that the policy calls is the policy."""
    cell = Cell(
        lab, "avs advertise supernet 10.30.0.0/15", "avs policy route-map P",
        maps=[*entry("P", 10, "call Q"), *entry("Q", 10, "set avs segment on-premises")],
    )
    cell.learn(VPN, "10.30.0.0/16")
    cell.both("10.30.0.0/15")
    assert "clause-inert" not in cell.warnings()
    cell.type("set avs segment unknown", node="route-map Q permit 10")
    cell.both()


def test_undefined_or_looping_map_closes(lab):
    """What a policy would say is not known: nothing is announced."""
    cell = Cell(lab, "avs advertise default toward private-cloud", "avs route-server hub accept-leak on-premises")
    cell.both("0.0.0.0/0")
    cell.type("avs policy route-map P")
    cell.both()
    assert cell.reasons() == {"0.0.0.0/0": "map-undefined"}
    assert cell.warnings()["policy"] == "P"
    cell.dut.configure("route-map P permit 10")
    cell.both("0.0.0.0/0")
    assert "policy" not in cell.warnings()
    cell.type("call Q", node="route-map P permit 10")
    cell.dut.configure("route-map Q permit 10")
    cell.both("0.0.0.0/0")
    cell.dut.configure("no route-map P")
    cell.both()
    cell.type("no avs policy route-map P")
    cell.both("0.0.0.0/0")


@pytest.mark.parametrize("before", [True, False])
def test_policy_before_or_after_the_maps(lab, before):
    """At boot the order of lines does not matter."""
    cell = Cell(
        lab, "avs advertise supernet 10.30.0.0/15", "avs policy route-map P", before=before,
        maps=entry("P", 10, "set avs segment on-premises"),
    )
    cell.learn(VPN, "10.30.0.0/16")
    cell.both("10.30.0.0/15")


def test_represented(lab):
    """cover and none do not contribute, default brings the default, exact leaves as it is."""
    lists = ["ip prefix-list COVER permit 10.30.0.0/16", "ip prefix-list NONE permit 10.31.0.0/16",
             "ip prefix-list DEFAULT permit 198.51.100.0/24", "ip prefix-list EXACT permit 10.77.0.0/24"]
    cell = Cell(
        lab, "avs advertise supernet auto", "avs advertise default toward private-cloud",
        "avs route-server hub accept-leak on-premises", "avs tighten-delay 0", "avs policy route-map P",
        maps=[*lists, *entry("P", 10, "match ip address prefix-list COVER", "set avs advertise cover"),
              *entry("P", 20, "match ip address prefix-list NONE", "set avs advertise none"),
              *entry("P", 30, "match ip address prefix-list DEFAULT", "set avs advertise default"),
              *entry("P", 40, "match ip address prefix-list EXACT", "set avs advertise exact"),
              *entry("P", 50)],
    )
    cell.learn(ONPREM, "10.30.0.0/16", "10.31.0.0/16", "10.40.0.0/16")
    cell.both("10.40.0.0/15")
    assert cell.reasons()["0.0.0.0/0"] == "no-source"
    cell.rec.announce("LAN", "198.51.100.0/24", "10.77.0.0/24", "10.78.0.0/24")
    cell.both("10.40.0.0/15", "0.0.0.0/0", "10.77.0.0/24")
    assert cell.rec.rib("R1")["10.77.0.0/24"]["path"] == [64512, 64999]
    cell.is_route("10.30.0.0/16", segment="on-premises", why="circuit", representation="cover")
    cell.is_route("10.77.0.0/24", segment="unknown", why="none", representation="exact")
    text = cell.dut.show("show bgp avs routes")
    for word in ("cover", "none", "default", "exact"):
        assert any(f" {word} " in line for line in text.splitlines()), text
    cell.rec.withdraw("LAN", "198.51.100.0/24")
    cell.both("10.40.0.0/15", "10.77.0.0/24")
    # what Route Server delivers itself never goes back, whatever it is represented as
    cell.learn(AVS, "10.77.0.0/24")
    wait_for("gone", lambda: "10.77.0.0/24" not in cell.rec.rib("R1"), 10)


# the user's maps


def test_lan_gets_what_it_may(lab):
    """Toward the sites: AVS goes there, what comes from there does not."""
    cell = Cell(
        lab, lan=("out",),
        maps=[*entry("LAN", 10, "match avs leak toward on-premises", action="deny"),
              *entry("LAN", 20, "match avs segment private-cloud", "set avs as-path strip-azure", "set community 65000:1"),
              *entry("LAN", 30, "match avs segment virtual-network", "set metric 7")],
    )
    cell.learn(AVS, "10.20.0.0/16")
    cell.learn(ONPREM, "10.30.0.0/16", "0.0.0.0/0", "10.0.0.0/8")
    cell.learn(VNET, "10.1.0.0/16")
    cell.learn(VPN, "10.40.0.0/16")
    cell.rec.wait_rib("LAN", {"10.20.0.0/16", "10.1.0.0/16"})
    assert cell.rec.rib("LAN")["10.20.0.0/16"]["path"] == [64512, 398656]
    assert cell.rec.rib("LAN")["10.1.0.0/16"]["path"] == [64512, 65515]
    # the classification changes, and no path does
    cell.type("avs segment private-cloud prefix 10.40.0.0/16")
    cell.rec.wait_rib("LAN", {"10.20.0.0/16", "10.1.0.0/16", "10.40.0.0/16"})
    cell.type("avs segment on-premises prefix 10.20.0.0/16")
    cell.rec.wait_rib("LAN", {"10.1.0.0/16", "10.40.0.0/16"})
    assert not cell.rec.flaps("LAN")


def test_in_map(lab):
    """The way in: what pretends to be a default, or a supernet of ours, can be told apart."""
    cell = Cell(
        lab, "avs advertise supernet 10.64.0.0/10 unconditional", lan=("in",),
        maps=[*entry("LAN", 10), *entry("LAN-IN", 10, "match avs route default", action="deny"),
              *entry("LAN-IN", 20, "match avs route supernet", "set local-preference 50"),
              *entry("LAN-IN", 30, "match avs segment on-premises", "set local-preference 300"),
              *entry("LAN-IN", 40, "match avs route learned", "set local-preference 200", "set avs as-path strip-azure")],
    )
    cell.both("10.64.0.0/10")
    cell.rec.announce("LAN", "0.0.0.0/0", "10.90.0.0/16", "10.64.0.0/10")
    cell.rec.announce("LAN", "10.91.0.0/16", path=[64999, 65515])

    def preference(prefix):
        paths = cell.dut.show_json(f"show bgp ipv4 unicast {prefix} json").get("paths", [])
        return {p.get("locPrf") for p in paths if p["peer"].get("peerId") == LAN}

    wait_for(lambda: preference("10.90.0.0/16"), lambda: preference("10.90.0.0/16") == {200}, 15)
    assert preference("10.64.0.0/10") == {50}
    assert preference("0.0.0.0/0") == set()
    # on the way in nothing is stripped: the classification would be blind
    path = cell.dut.show_json("show bgp ipv4 unicast 10.91.0.0/16 json")["paths"][0]
    assert path["aspath"]["string"] == "64999 65515", path
    # the segment of a prefix changes: the neighbour is asked again
    cell.type("avs segment on-premises prefix 10.90.0.0/16")
    wait_for(lambda: preference("10.90.0.0/16"), lambda: preference("10.90.0.0/16") == {300}, 15)


def test_inside_of_the_plan(lab):
    """The map of a route server narrows by class; it can let nothing out that is not planned."""
    cell = Cell(
        lab, "avs advertise default toward private-cloud", "avs route-server hub accept-leak on-premises",
        "avs advertise companions toward private-cloud", "avs advertise supernet 10.30.0.0/15",
        "avs route-server hub permit prefix-list VIP", "avs route-server hub route-map OUT out",
        maps=["ip prefix-list VIP permit 10.77.0.0/24",
              *entry("OUT", 10, "match avs route supernet", "set metric 5"),
              *entry("OUT", 20, "match avs route learned", "match avs segment unknown", "set metric 6")],
    )
    cell.learn(ONPREM, "10.30.0.0/16")
    cell.rec.announce("LAN", "10.77.0.0/24", "10.78.0.0/24")
    supernets = {"10.30.0.0/15", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
    cell.both(*supernets, "10.77.0.0/24")
    assert cell.rec.rib("R1")["10.0.0.0/8"].get("med") == 5
    assert cell.rec.rib("R1")["10.77.0.0/24"].get("med") == 6
    cell.type("match avs route default", node="route-map OUT permit 30")
    cell.both(*supernets, "10.77.0.0/24", "0.0.0.0/0")
    # the segment changes, and with it what the map says of a prefix that is planned
    cell.type("avs segment virtual-network prefix 10.77.0.0/24")
    cell.both(*supernets, "0.0.0.0/0")
    cell.type("no match avs route default", node="route-map OUT permit 30")
    cell.both(*supernets, "0.0.0.0/0", "10.77.0.0/24")


def test_comes_to_rest(lab):
    """A policy, and maps that ask for segments: one change, one reaction, and no second one."""
    cell = Cell(
        lab, "avs policy route-map P", "avs route-server hub route-map IN in", lan=("out", "in"),
        maps=[*entry("P", 10, "match ip address prefix-list SITES", "set avs segment on-premises", "set community 65000:9",
                     "set extcommunity rt 65000:1", "set large-community 65000:1:1", "set as-path prepend 65000"),
              *entry("P", 20),
              *entry("LAN", 10, "match avs segment on-premises"), *entry("LAN-IN", 10, "match avs segment unknown"),
              # parts that the map itself made are evaluated, and must stay whole
              *entry("IN", 10, "set community 65000:1 65000:2", "set large-community 65000:7:7",
                     "set as-path prepend 65001", "on-match next"),
              *entry("IN", 20, "match avs segment virtual-network", "set local-preference 200"),
              *entry("IN", 30)],
    )
    cell.learn(VPN, "10.30.0.0/16")
    cell.learn(VNET, "10.1.0.0/16")
    wait_for("evaluated", lambda: "10.30.0.0/16" in cell.dut.show("show bgp ipv4 unicast"), 10)
    cell.dut.configure("ip prefix-list SITES permit 10.30.0.0/16")
    cell.rec.wait_rib("LAN", {"10.30.0.0/16"})
    assert cell.rec.rib("LAN")["10.30.0.0/16"]["communities"] == ["65000:1", "65000:2"]
    count = wait_for("at rest", lambda: cell.summary()["counters"]["reconciles"], 5)
    cell.rec.wait_quiet(2)
    since = cell.rec.position()
    holds_for("no walk of the table, and no UPDATE", lambda: cell.summary()["counters"]["reconciles"] <= count + 1
              and not cell.rec.updates("LAN", since), 5)
    path = cell.dut.show_json("show bgp ipv4 unicast 10.30.0.0/16 json")["paths"][0]
    assert path["aspath"]["string"] == "65001 65515 64620", path


def test_actions_without_effect(lab):
    """An action of the policy in another map does nothing, and is warned of."""
    cell = Cell(
        lab, lan=("in",),
        maps=[*entry("LAN", 10, "set avs segment private-cloud"), *entry("LAN-IN", 10, "set avs advertise exact")],
    )
    cell.rec.announce("LAN", "10.77.0.0/24")
    cell.learn(ONPREM, "10.30.0.0/16")
    cell.is_route("10.77.0.0/24", segment="unknown", why="none", representation="supernet")
    cell.is_route("10.30.0.0/16", segment="on-premises", why="circuit", representation="supernet")
    warned = [w["subject"] for w in cell.summary()["warning"] if w["code"] == "clause-inert"]
    assert sorted(warned) == ["LAN", "LAN-IN"]
    holds_for("nothing leaves", lambda: not cell.rec.rib("R1"), 1)


def test_lines_are_shown_as_typed(lab):
    """Every form, shown in the running configuration, written, read again."""
    lines = ["match avs segment private-cloud", "match avs route default", "match avs leak toward on-premises",
             "set avs segment on-premises site dc1", "set avs advertise cover", "set avs as-path strip-azure"]
    cell = Cell(lab, "avs policy route-map P")
    cell.type(*lines, node="route-map P permit 10")
    for line in lines:
        assert f" {line}\n" in cell.dut.running(), cell.dut.running()
    cell.type("set avs segment on-premises", node="route-map P permit 10")
    assert " set avs segment on-premises\n" in cell.dut.running()
    # both parts of a line change at once, and what acts is what is shown
    for line in ("set avs segment virtual-network site dc2", "set avs segment private-cloud",
                 "set avs segment unknown site dc3"):
        cell.type(line, node="route-map P permit 10")
        acts = line.removeprefix("set ").replace(" site", "")
        assert f"{acts}\n" in cell.dut.show("show route-map P"), cell.dut.show("show route-map P")
    # twice is once, and what is not there can be taken away
    cell.type(*lines, *("no " + l for l in lines), *("no " + l for l in lines), node="route-map P permit 10")
    assert "match avs" not in cell.dut.running() and "set avs" not in cell.dut.running()
    for bad in ("match avs segment cloud", "set avs advertise all", "set avs segment unknown site a/b",
                "match avs leak toward virtual-network"):
        (_, status, text), = cell.dut.configure("route-map P permit 10", bad)[-1:]
        assert status != 0, f"{bad}: {text}"
    (_, status, text), = cell.dut.configure(BGP, "avs policy route-map AVS-OUT-hub")[-1:]
    assert status != 0 and "belongs to the module" in text
