# SPDX-License-Identifier: GPL-2.0-or-later
"""
An appliance that works by hand is adopted in shadow, and cleaned up as the manual says.

Each published way to write it by hand. What is planned is never withdrawn, not for a moment: not when shadow ends, and
not when the lines go that announced it until now. One route server, see lib/hub.py.
"""
import pytest

from lib.hub import ALL, AVS, BGP, ONPREM, R1, R2, Hub
from lib.wait import wait_for

pytestmark = pytest.mark.asan

AF = "address-family ipv4 unicast"
DEFAULT, SUPERNET = "0.0.0.0/0", "10.20.0.0/15"
INTENT = [
    "avs route-server hub guard shadow", "avs quiet-period 0", "avs hold-down 0", "avs segment-memory 0",
    f"avs route-server hub neighbor {R1}", f"avs route-server hub neighbor {R2}",
    "avs route-server hub toward private-cloud", "avs route-server hub toward on-premises",
    "avs route-server hub accept-leak on-premises",
    "avs advertise default toward private-cloud", f"avs advertise supernet {SUPERNET}",
]
LISTS = [
    f"ip prefix-list OUT permit {DEFAULT}", f"ip prefix-list OUT permit {SUPERNET}",
    "route-map OUT permit 10", " match ip address prefix-list OUT", "exit",
]
# as in Microsoft's guide of Azure VMware Solution
GUIDE = [
    "route-map IN permit 10", " set as-path exclude 65515 12076 398656", " set as-path prepend 64990", "exit",
]
NULL = ["ip route 0.0.0.0/0 Null0", f"ip route {SUPERNET} Null0"]


def each(words):
    """The line of both neighbours."""
    return [f"neighbor {n} {words}" for n in (R1, R2)]


BY_HAND = {
    "network-and-map": {
        "top": LISTS,
        "af": [f"network {DEFAULT}", f"network {SUPERNET}", *each("route-map OUT out")],
        "clean": [(BGP, AF, f"no network {DEFAULT}", f"no network {SUPERNET}")],
    },
    "network-and-prefix-list": {
        "top": LISTS,
        "af": [f"network {DEFAULT}", f"network {SUPERNET}", *each("prefix-list OUT out")],
        "clean": [(BGP, AF, *(f"no {l}" for l in each("prefix-list OUT out"))),
                  (BGP, AF, f"no network {DEFAULT}", f"no network {SUPERNET}")],
    },
    "the-guide": {
        "top": LISTS + GUIDE + NULL,
        "af": [f"network {DEFAULT}", f"network {SUPERNET}", *each("route-map IN in"), *each("route-map OUT out")],
        "clean": [(BGP, AF, f"no network {DEFAULT}", f"no network {SUPERNET}"), ("end", *(f"no {l}" for l in NULL))],
    },
    "as-override": {
        "top": LISTS + NULL,
        "af": [f"network {DEFAULT}", f"network {SUPERNET}", *each("as-override"), *each("route-map OUT out")],
        "clean": [("end", *(f"no {l}" for l in NULL)),
                  (BGP, AF, f"no network {DEFAULT}", f"no network {SUPERNET}")],
    },
    "redistribute": {
        "top": LISTS + NULL,
        "af": ["redistribute static", *each("route-map OUT out")],
        "clean": [(BGP, AF, "no redistribute static"), ("end", *(f"no {l}" for l in NULL))],
    },
    "aggregate": {
        "top": LISTS,
        "af": [f"network {DEFAULT}", f"aggregate-address {SUPERNET}", *each("route-map OUT out")],
        "clean": [(BGP, AF, f"no aggregate-address {SUPERNET}", f"no network {DEFAULT}")],
    },
    "default-originate": {
        "top": LISTS,
        "af": [f"network {SUPERNET}", *each("default-originate"), *each("route-map OUT out")],
        "clean": [(BGP, AF, f"no network {SUPERNET}")],
    },
    "default-originate-beside-a-network-line": {
        "top": LISTS,
        "af": [f"network {DEFAULT}", f"network {SUPERNET}", *each("default-originate"), *each("route-map OUT out")],
        "clean": [(BGP, AF, f"no network {DEFAULT}", f"no network {SUPERNET}")],
    },
}


class Cell(Hub):
    """The appliance as it works before the module is told anything."""

    def __init__(self, lab, how):
        super().__init__(lab, ALL)
        lines = [*how["top"], BGP, " no bgp ebgp-requires-policy", " no bgp network import-check",
                 *self.neighbors("remote-as {as}", "timers 3 9")]
        if any("Null0" in line for line in how["top"]):
            lines.remove(" no bgp network import-check")
            lines.append(" bgp network import-check")
        lines += [f" {AF}", *("  " + line for line in how["af"]), " exit-address-family", "exit"]
        self.start(lines, daemons=("zebra", "staticd", "bgpd"))
        self.learn(AVS, "10.20.0.0/16", "10.21.0.0/24")
        self.learn(ONPREM, "172.20.0.0/16")
        self.both(DEFAULT, SUPERNET)
        self.rec.wait_quiet(6, timeout=40)

    def shadow(self):
        """{(neighbour, prefix, difference)} of `show bgp avs shadow`."""
        found = self.dut.show_json("show bgp avs shadow json")["shadow"]
        return {(d["neighbor"], d["prefix"], d["difference"]) for d in found}

    def withdrawn(self, since):
        """What R1 and R2 were told to forget."""
        return [(n, e["prefix"]) for n in ("R1", "R2") for e in self.rec.updates(n, since)
                if e["event"] == "withdraw"]

    def leave_shadow(self):
        """Type the line, and wait until the guard is in the slots."""
        self.type("no avs route-server hub guard shadow")
        wait_for("the guard is in the slots", lambda: self.dut.running().count("route-map AVS-OUT-hub out") == 2, 45)


@pytest.mark.parametrize("name", BY_HAND)
def test_nothing_planned_is_withdrawn(lab, name):
    """Shadow without differences, left, cleaned up: not one withdrawal."""
    how = BY_HAND[name]
    cell = Cell(lab, how)
    since = cell.rec.position()
    cell.type(*INTENT)
    # behind the map of the guide nothing can be told apart
    if name != "the-guide":
        wait_for(lambda: f"no difference: {cell.shadow()}",
                 lambda: not {d for d in cell.shadow() if d[2] != "other-attributes"}, 15)
    cell.rec.wait_quiet(2)
    assert not cell.rec.updates("R1", since) and not cell.rec.updates("R2", since)
    cell.leave_shadow()
    cell.rec.wait_quiet(3, timeout=40)
    for node, *lines in how["clean"]:
        if node == "end":
            # another daemon's
            result = cell.dut.vtysh("configure terminal", *lines)
            assert result.returncode == 0, result.stdout + result.stderr
        else:
            cell.type(*lines, node=node)
        cell.rec.wait_quiet(1.5, timeout=30)
    cell.both(DEFAULT, SUPERNET)
    assert not cell.withdrawn(since), cell.withdrawn(since)
    assert not cell.rec.flaps("R1") and not cell.rec.flaps("R2")
    running = cell.dut.running()
    assert "network " not in running.split("address-family")[1] and "redistribute" not in running
    wait_for(lambda: f"no difference: {cell.shadow()}", lambda: not cell.shadow(), 10)


@pytest.mark.parametrize("lines", [GUIDE, ["route-map IN deny 10", " match ip address prefix-list ONPREM", "exit",
                                           "route-map IN permit 20", "exit"]], ids=["rewrites", "denies"])
def test_the_first_plan_knows_what_was_received(lab, lines):
    """A map hides on-premises: the default is not told without consent, not for a moment."""
    how = {"top": LISTS + ["ip prefix-list ONPREM permit 172.20.0.0/16", *lines],
           "af": [f"network {DEFAULT}", f"network {SUPERNET}", *each("route-map IN in"), *each("route-map OUT out")]}
    cell = Cell(lab, how)
    cell.type(*(l for l in INTENT if "on-premises" not in l))
    # as it was announced by hand until now
    cell.type(AF, f"no network {DEFAULT}")
    cell.both(SUPERNET)
    cell.rec.wait_quiet(2)
    since = cell.rec.position()
    cell.leave_shadow()
    cell.rec.wait_quiet(6, timeout=40)
    told = [e for n in ("R1", "R2") for e in cell.rec.updates(n, since) if e.get("prefix") == DEFAULT]
    assert not told, told
    assert "soft-reconfiguration" not in cell.dut.running()
