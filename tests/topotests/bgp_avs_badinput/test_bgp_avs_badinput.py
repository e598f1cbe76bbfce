# SPDX-License-Identifier: GPL-2.0-or-later
"""
Bad input: a clear sentence, or a warning in `show bgp avs`; what is there
stays; bgpd runs; nothing leaks.
"""
import pytest

from lib.wait import wait_for

pytestmark = pytest.mark.asan

BGP = "router bgp 64512"
R1, R2, SRC = "192.0.2.11", "192.0.2.12", "192.0.2.14"
SESSIONS = [
    {"name": "R1", "address": R1, "as": 65515},
    {"name": "R2", "address": R2, "as": 65515},
    {"name": "SRC", "address": SRC, "as": 64999},
]
CONFIG = f"""hostname dut
route-map USER permit 10
exit
bgp route-map delay-timer 1
router bgp 64512
 no bgp ebgp-requires-policy
 neighbor {R1} remote-as 65515
 neighbor {R2} remote-as 65515
 neighbor {SRC} remote-as 64999
 avs quiet-period 1
 avs route-server hub neighbor {R1}
 avs route-server hub neighbor {R2}
 avs route-server hub toward private-cloud
 avs advertise default toward private-cloud
exit
"""
AVS = {"path": [65515, 12076, 398656]}

# line, word of the sentence
REFUSED = [
    ("avs advertise supernet 10.20.0.1/16", "host bits"),
    ("avs protect 10.20.0.1/16", "host bits"),
    ("avs segment on-premises prefix 10.20.0.1/16", "host bits"),
    ("avs advertise default when-present 10.20.0.1/16", "host bits"),
    ("avs advertise supernet 2001:db8::/32", "IPv6"),
    ("avs route-server hub neighbor 2001:db8::1", "IPv6"),
    ("avs auto within 10.20.0.1/16", "host bits"),
    ("avs auto within 2001:db8::/32", ""),
    ("avs auto max-prefixes 0", ""),
    ("avs auto max-prefixes 1001", ""),
    ("avs auto shortest 0", ""),
    ("avs auto shortest 32", ""),
    ("avs auto max-attract 0", ""),
    ("avs auto max-attract 4294967296", ""),
    ("avs auto toward virtual-network", ""),
    ("avs hold-down 3601", ""),
    ("avs tighten-delay 86401", ""),
    ("avs startup-delay 3601", ""),
    ("avs segment-memory 86401", ""),
    ("avs udr next-hop 2001:db8::1", ""),
    ("avs udr route-limit 0", ""),
    ("avs udr route-limit 1001", ""),
    ("avs udr reserved 1001", ""),
    ("avs advertise supernet 0.0.0.0/0", ""),
    ("avs advertise supernet 10.20.0.0/16 toward nowhere", ""),
    ("avs advertise companions toward on-premises", ""),
    ("avs route-server hub toward virtual-network", ""),
    ("avs route-server hub toward unknown", ""),
    ("avs route-server hub guard off", ""),
    ("avs route-server hub prepend 0", ""),
    ("avs route-server hub prepend 11", ""),
    ("avs route-server hub usable 0", ""),
    ("avs route-server hub usable 101", ""),
    ("avs route-server hub route-limit 0", ""),
    ("avs route-server hub route-limit 100001", ""),
    ("avs route-server hub next-hop 2001:db8::1", ""),
    ("avs advertise default next-hop 2001:db8::1", ""),
    ("avs route-server hub next-hop 300.1.1.1", ""),
    ("avs quiet-period 61", ""),
    ("avs segment on-premises origin-as 0", ""),
    ("avs segment on-premises origin-as 20-10", ""),
    ("avs segment on-premises origin-as 10-", ""),
    ("avs segment on-premises origin-as x", ""),
    ("avs segment unknown origin-as 10", ""),
    ("avs route-server hub", ""),
    ("avs route-server", ""),
    ("avs", ""),
    ("no avs", ""),
    ("no avs route-server hub", ""),
    ("avs advertise", ""),
    ("avs frobnicate", ""),
    ("avs route-server " + "x" * 64 + " neighbor 192.0.2.20", ""),
    ("avs route-server a'b neighbor 192.0.2.20", ""),
    ('avs route-server a"b neighbor 192.0.2.20', ""),
    ("avs route-server a[b] neighbor 192.0.2.20", ""),
    ("avs overlay neighbor 2001:db8::1", "IPv4"),
    ("avs overlay default 2001:db8::1", "IPv4"),
    ("avs overlay route-map 2001:db8::1 M in", "IPv4"),
    ("avs overlay neighbor 192.0.2.20 interface abcdefghijklmnop", ""),
    ("avs overlay neighbor 192.0.2.20 interface a'b", "interface"),
    ("avs overlay route-map 192.0.2.20 a'b in", ""),
    ("avs overlay route-map 192.0.2.20 AVS-IN-hub in", "belongs to the module"),
    ("avs overlay route-map 192.0.2.20 M", ""),
    ("avs overlay neighbor hub", ""),
    ("avs overlay", ""),
    ("no avs overlay", ""),
    ("avs azure-edge neighbor 2001:db8::1", ""),
    ("avs azure-edge neighbor msee", ""),
    ("avs azure-edge route-map 192.0.2.20 a'b in", ""),
    ("avs azure-edge route-map 192.0.2.20 AVS-IN-hub in", "belongs to the module"),
    ("avs azure-edge route-map 192.0.2.20 M out", ""),
    ("avs azure-edge route-map 192.0.2.20 M", ""),
    ("avs azure-edge", ""),
    ("no avs azure-edge", ""),
    ("avs route-server hub interface a'b", "interface"),
    ("avs advertise segment private-cloud", ""),
    ("avs advertise segment unknown toward on-premises", ""),
    ("avs advertise segment private-cloud toward virtual-network", ""),
    ("avs advertise segment private-cloud site a'b toward on-premises", ""),
    ("avs advertise segment private-cloud toward on-premises site a'b", ""),
    ("avs advertise segment private-cloud toward on-premises prefix-list a'b", ""),
    ("avs route-server hub route-map " + "x" * 200 + " out", ""),
    ("avs route-server hub route-map a'b out", ""),
]

# lines that stand, and the warning they cause
WARNED = [
    (["avs route-server hub neighbor 192.0.2.99"], "neighbor-missing"),
    (["avs route-server other neighbor 192.0.2.11"], "neighbor-conflict"),
    (["avs route-server other toward private-cloud"], "no-neighbor"),
    (["avs route-server other guard shadow", "avs route-server other neighbor 192.0.2.14"], "no-toward"),
    (["avs route-server other guard shadow", "avs route-server other neighbor 192.0.2.14",
      "avs route-server other toward private-cloud"], "neighbor-not-azure"),
    (["avs route-server hub route-map NOWHERE out"], "map-undefined"),
    (["avs route-server hub route-map NOWHERE in"], "map-undefined"),
    (["avs segment on-premises prefix-list NOWHERE"], "list-undefined"),
    (["avs segment on-premises as-path-list NOWHERE"], "list-undefined"),
    (["avs shutdown"], "shutdown"),
    (["avs overlay default 192.0.2.20"], "no-overlay"),
    (["avs azure-edge route-map 192.0.2.20 M in"], "no-azure-edge"),
    (["avs azure-edge neighbor 192.0.2.20"], "neighbor-missing"),
    (["avs overlay neighbor 192.0.2.20 interface nowhere"], "off-interface"),
    (["avs route-server hub interface nowhere"], "off-interface"),
    (["avs advertise segment private-cloud toward on-premises prefix-list NOWHERE"], "list-undefined"),
    (["avs route-server hub guard monitor"], "monitor"),
    (["avs advertise default when-present 10.1.0.0/16 from route-server nowhere"], "condition-self"),
]


class Cell:
    """Router and recorder at the plan {0.0.0.0/0}."""

    def __init__(self, lab, config=CONFIG):
        self.dut, self.rec = lab.cell(SESSIONS)
        self.rec.announce("SRC", "10.1.0.0/16")
        self.dut.start(config, daemons=("zebra", "bgpd"))
        self.rec.wait_up()
        for name in ("R1", "R2"):
            self.rec.wait_rib(name, {"0.0.0.0/0"})

    def type(self, *lines):
        return self.dut.configure(BGP, *lines)[1:]

    def warnings(self):
        """Codes of all present warnings."""
        return {w["code"] for w in find_warnings(self.dut.show_json("show bgp avs json"))}

    def nothing_leaked(self):
        """The default was everything that ever left."""
        self.rec.announce("SRC", "10.250.0.0/24")
        self.rec.wait_quiet()
        for name in ("R1", "R2"):
            assert self.rec.announced(name) <= {"0.0.0.0/0"}, self.rec.announced(name)
        assert self.dut.pid_of("bgpd")


def find_warnings(value):
    """All objects in a list that is called warning(s)."""
    found = []
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("warning", "warnings") and isinstance(inner, list):
                found += inner
            else:
                found += find_warnings(inner)
    elif isinstance(value, list):
        for inner in value:
            found += find_warnings(inner)
    return found


def test_refused_with_a_sentence(lab):
    """Every bad line: not taken, a sentence, and nothing changed."""
    cell = Cell(lab)
    before = cell.dut.running()
    bad = []
    for line, word in REFUSED:
        _, status, text = cell.type(line)[0]
        if status == 0:
            bad.append(f"taken: {line}")
        elif word and word.lower() not in text.lower():
            bad.append(f"{line}: {word!r} is not in {text!r}")
        if cell.dut.running() != before:
            bad.append(f"{line}: the configuration changed")
            before = cell.dut.running()
    assert not bad, "\n".join(bad)
    cell.nothing_leaked()


def test_refused_through_vtysh(lab):
    """The same through vtysh, which knows the lines as well."""
    cell = Cell(lab)
    before = cell.dut.running()
    result = cell.dut.vtysh("configure terminal", BGP, "avs advertise supernet 10.20.0.1/16")
    assert "host bits" in result.stdout + result.stderr
    assert cell.dut.running() == before


def test_warned_about(lab):
    """Lines that depend on others stand, do nothing, and are warned about."""
    cell = Cell(lab)
    # monitor, last, lets things out; so much is asked for
    for lines, code in sorted(WARNED, key=lambda warned: warned[1] == "monitor"):
        if code == "monitor":
            cell.nothing_leaked()
        for line, status, text in cell.type(*lines):
            assert status == 0, f"{line}: {text}"
        wait_for(lambda: f"{lines}: {code} in {cell.warnings()}", lambda: code in cell.warnings(), 10)
        assert all(line in cell.dut.running() for line in lines)
        cell.type(*["no " + line for line in lines])
        wait_for(lambda: f"{lines}: {code} not in {cell.warnings()}", lambda: code not in cell.warnings(), 15)
        for name in ("R1", "R2"):
            cell.rec.wait_rib(name, {"0.0.0.0/0"})


@pytest.mark.parametrize("asn", [65515, 12076, 65517, 64513, 65100, 64512, 23456, 70000])
def test_local_as(lab, asn):
    """A reserved local AS is warned about (or fails closed), never fatal."""
    dut, rec = lab.cell([{"name": "R1", "address": R1, "as": 65515}])
    config = CONFIG.replace("router bgp 64512", f"router bgp {asn}").replace(
        f" neighbor {SRC} remote-as 64999\n", "").replace(f" neighbor {R2} remote-as 65515\n", "")
    dut.start(config, daemons=("zebra", "bgpd"), check=False)
    if asn == 65515:
        # iBGP: not a session that Route Server has
        wait_for("answers", lambda: dut.vtysh("show bgp avs json").returncode == 0)
        rec.wait_quiet()
    else:
        rec.wait_up()
        rec.wait_told("R1")
    codes = {w["code"] for w in find_warnings(dut.show_json("show bgp avs json"))}
    assert ("local-as" in codes) == (asn not in (64512, 64513, 65100)), codes
    # the private cloud has these inside; Route Server takes them
    assert ("local-as-inside-avs" in codes) == (asn in (64513, 65100)), codes
    for event in rec.updates("R1"):
        assert not {65515, 12076, 65517} & set(event.get("path", ())), event
    assert dut.pid_of("bgpd")


def test_neighbor_in_two_route_servers(lab):
    """The neighbour that two claim gets nothing; the other one keeps its plan."""
    cell = Cell(lab)
    cell.type(f"avs route-server other neighbor {R2}", "avs route-server other toward private-cloud")
    cell.rec.wait_rib("R2", set(), 15)
    cell.rec.wait_rib("R1", {"0.0.0.0/0"})
    cell.type(f"no avs route-server other neighbor {R2}")
    cell.rec.wait_rib("R2", {"0.0.0.0/0"}, 15)
    cell.nothing_leaked()


def test_neighbor_typed_later(lab):
    """A role for a neighbour that does not exist yet, then the neighbour."""
    dut, rec = lab.cell(SESSIONS)
    rec.announce("SRC", "10.1.0.0/16")
    config = CONFIG.replace(f" neighbor {R2} remote-as 65515\n", " avs startup-delay 0\n")
    dut.start(config, daemons=("zebra", "bgpd"))
    rec.wait_up("R1", "SRC")
    rec.wait_rib("R1", {"0.0.0.0/0"})
    assert "neighbor-missing" in {w["code"] for w in find_warnings(dut.show_json("show bgp avs json"))}
    dut.configure(BGP, f"neighbor {R2} remote-as 65515")
    rec.wait_up("R2")
    rec.wait_rib("R2", {"0.0.0.0/0"})
    assert rec.announced("R2") == {"0.0.0.0/0"}


def test_supernet_equal_to_an_actual_prefix(lab):
    """It stands in the configuration, is not announced, and the plan says why."""
    cell = Cell(lab)
    cell.rec.announce("R1", "10.20.0.0/16", **AVS)
    cell.rec.wait_quiet()
    for line, status, text in cell.type("avs advertise supernet 10.20.0.0/16"):
        assert status == 0, f"{line}: {text}"
    cell.rec.wait_quiet(1)
    entries = cell.dut.show_json("show bgp avs plan json")["planEntry"]
    assert [e["reason"] for e in entries if e["prefix"] == "10.20.0.0/16"] == ["equals-learned"]
    cell.nothing_leaked()


def test_overlapping_and_duplicate_lines(lab):
    """Nested supernets, the same line twice, two variants of a line."""
    cell = Cell(lab)
    cell.rec.announce("R1", "10.20.1.0/24", **AVS)
    lines = ["avs advertise supernet 10.20.0.0/16", "avs advertise supernet 10.20.0.0/15",
             "avs advertise supernet 10.20.0.0/16", "avs advertise supernet 10.16.0.0/12",
             "avs protect 10.99.0.0/16", "avs protect 10.99.1.0/24"]
    for line, status, text in cell.type(*lines):
        assert status == 0, f"{line}: {text}"
    for name in ("R1", "R2"):
        cell.rec.wait_rib(name, {"0.0.0.0/0", "10.20.0.0/16", "10.20.0.0/15", "10.16.0.0/12"})
    # the other spelling of the same supernet replaces it
    assert cell.type("avs advertise supernet 10.20.0.0/15 unconditional")[0][1] == 0
    running = cell.dut.running()
    assert running.count("supernet 10.20.0.0/15") == 1
    assert "supernet 10.20.0.0/15 unconditional" in running


def test_route_map_deleted_while_in_use(lab):
    """Nothing is announced without the map; a warning; back with the map."""
    cell = Cell(lab)
    cell.type("avs route-server hub route-map USER out")
    cell.rec.wait_quiet(1.5)
    cell.rec.wait_rib("R1", {"0.0.0.0/0"})
    cell.dut.configure("no route-map USER")
    for name in ("R1", "R2"):
        cell.rec.wait_rib(name, set(), 15)
    assert "map-undefined" in cell.warnings()
    cell.dut.configure("route-map USER permit 10")
    for name in ("R1", "R2"):
        cell.rec.wait_rib(name, {"0.0.0.0/0"}, 15)
    cell.nothing_leaked()


def test_remote_as_is_not_azures(lab):
    """A role neighbour with another AS: a warning, and only the plan leaves."""
    cell = Cell(lab)
    cell.type("avs route-server odd guard shadow", "avs route-server odd neighbor 192.0.2.14",
              "avs route-server odd toward private-cloud", "no avs route-server odd guard shadow")
    wait_for("warning", lambda: "neighbor-not-azure" in cell.warnings(), 10)
    cell.rec.wait_quiet(1.5)
    assert set(cell.rec.rib("SRC")) <= {"0.0.0.0/0"}
    cell.nothing_leaked()


def test_avs_lines_outside_of_router_bgp(lab):
    """At top level, in an address family, in a route-map."""
    cell = Cell(lab)
    before = cell.dut.running()
    with cell.dut.vty() as vty:
        vty("configure terminal")
        status, text = vty("avs advertise supernet 10.20.0.0/16")
        assert status != 0 and text
        vty("route-map USER permit 10")
        assert vty("avs advertise supernet 10.20.0.0/16")[0] != 0
    assert cell.dut.running() == before


def test_no_line_that_does_not_exist(lab):
    """`no` of a line that is not there changes nothing and kills nothing."""
    cell = Cell(lab)
    before = cell.dut.running()
    cell.type("no avs advertise supernet 10.20.0.0/16", "no avs route-server nowhere neighbor 192.0.2.50",
              "no avs route-server hub prepend 3", "no avs shutdown", "no avs protect 10.0.0.0/8",
              "no avs advertise default next-hop 192.0.2.1")
    assert cell.dut.running() == before
    cell.nothing_leaked()


def test_many_route_servers(lab):
    """More route servers than the module can hold: refused or warned, nothing breaks."""
    cell = Cell(lab)
    answers = cell.type(*[f"avs route-server rs{n} neighbor 198.51.100.{n}" for n in range(1, 60)])
    assert all(status == 0 or text for _, status, text in answers)
    cell.rec.wait_quiet(2)
    assert cell.dut.vtysh("show bgp avs").returncode == 0
    cell.nothing_leaked()
    cell.type(*[f"no avs route-server rs{n} neighbor 198.51.100.{n}" for n in range(1, 60)])
    for name in ("R1", "R2"):
        cell.rec.wait_rib(name, {"0.0.0.0/0"}, 20)
