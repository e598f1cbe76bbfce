# SPDX-License-Identifier: GPL-2.0-or-later
"""
The dual-VNet design: two appliances, each with a Route Server, and a tunnel.

Side a stands in front of AVS, side b in front of on-premises; see lib/sides.py.
"""
import signal
import time

import pytest

from lib.node import link
from lib.sides import AVS_PATH, ONPREM_PATH, TAG, Side, connect, wait_overlay
from lib.wait import holds_for, wait_for

pytestmark = pytest.mark.asan

COMPANIONS = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
PC, OP = "private-cloud", "on-premises"
AVS_NET, ONPREM_NET = "10.20.0.0/22", "10.100.0.0/16"


@pytest.fixture(name="two")
def _two(lab):
    """Both sides, connected, not started."""
    a, b = Side(lab, "a"), Side(lab, "b")
    wire = connect(lab, a, b)
    a.wire = b.wire = wire
    return a, b


def start(a, b, *more, b_more=(), **options):
    """The minimal configuration of the design."""
    a.start([PC], f"overlay neighbor {a.tunnels['b'].far} interface {a.tunnels['b'].interface}",
            f"advertise default toward {PC}", f"advertise companions toward {PC}", *more, **options)
    b.start([OP], f"overlay neighbor {b.tunnels['a'].far} interface {b.tunnels['a'].interface}",
            f"advertise segment {PC} toward {OP}", *b_more, **options)
    wait_overlay(a, b)


def test_design_3(two):
    """Each side gets its own: AVS the default and companions, on-premises AVS's prefixes."""
    a, b = two
    start(a, b)
    a.learn(AVS_PATH, AVS_NET)
    b.learn(ONPREM_PATH, ONPREM_NET)
    a.both("0.0.0.0/0", *COMPANIONS)
    b.both(AVS_NET)
    told = b.told(AVS_NET)
    # Azure's numbers are gone, everything else stays
    assert told["path"] == [64514, 64512, 398656]
    assert told["next_hop"] == "10.2.0.1"
    assert not told.get("large"), told
    assert b.routes(AVS_NET) == {(b.tunnels["a"].far, PC, "", "tag")}
    assert a.routes(ONPREM_NET) >= {(a.tunnels["b"].far, OP, "", "tag")}
    # nothing goes back
    assert a.explain(AVS_NET) == {"a": "same-route-server", f"overlay@{a.tunnels['b'].far}": "announced"}
    assert b.explain(AVS_NET) == {"b": "announced", f"overlay@{b.tunnels['a'].far}": "other-side"}
    # it goes as it came
    a.forget(AVS_NET)
    b.both()


def test_azures_communities_stay_in_azure(two):
    """What a gateway marked reaches neither the other side nor the other Route Server, unless a line keeps it."""
    a, b = two
    start(a, b)
    for name in a.names:
        a.rec.announce(name, AVS_NET, path=AVS_PATH, communities=["64999:7", "65515:10000", "65517:65517", "65518:3"])
    b.both(AVS_NET)

    def communities():
        paths = b.dut.show_json(f"show bgp ipv4 unicast {AVS_NET} json")["paths"]
        return {c for p in paths for c in p.get("community", {}).get("list", ())}

    assert communities() == {"64999:7"}
    assert set(b.told(AVS_NET).get("communities", ())) == {"64999:7"}
    # the path of one community alone has none left
    for name in a.names:
        a.rec.announce(name, AVS_NET, path=AVS_PATH, communities=["65517:65517"])
    wait_for("none is left", lambda: not b.told(AVS_NET).get("communities"), 10)
    for side in (a, b):
        side.type("avs keep azure-communities")
    wait_for("kept", lambda: b.told(AVS_NET).get("communities") == ["65517:65517"], 15)
    for side in (a, b):
        side.type("no avs keep azure-communities")
    wait_for("gone again", lambda: not b.told(AVS_NET).get("communities"), 15)


def test_what_came_back_stays_here(two):
    """The other side would take it for on-premises' own: it is not told of it."""
    a, b = two
    start(a, b)
    a.learn([65515, 12076, 64620, 12076], "10.66.0.0/16")
    a.learn(AVS_PATH, AVS_NET)
    b.both(AVS_NET)
    assert a.routes("10.66.0.0/16") == {(n, OP, "", "returned") for n in a.rs}
    assert "10.66.0.0/16" not in b.dut.best_paths()
    assert a.explain("10.66.0.0/16")[f"overlay@{a.tunnels['b'].far}"] == "returned"


def test_what_the_other_side_is_told(two):
    """Contributors, covers and networks with their tag; no default, nothing without a segment."""
    a, b = two
    start(a, b, "segment virtual-network prefix 10.9.0.0/16")
    a.learn(AVS_PATH, AVS_NET)
    a.learn([65515, 12076], "10.8.0.0/16")
    a.learn([65515, 12076, 64620], "0.0.0.0/0", "192.168.0.0/16")
    a.learn([65515, 64700], "10.7.0.0/16")  # another appliance, or a VPN gateway: not known
    near = a.tunnels["b"].far
    overlay = f"overlay@{near}"
    for prefix, segment in ((AVS_NET, 1), ("192.168.0.0/16", 2), ("10.8.0.0/16", 3)):
        wait_for(f"{prefix} at b", lambda p=prefix: b.dut.best_paths().get(p), 20)
        shown = b.dut.show_json(f"show bgp ipv4 unicast {prefix} json")["paths"][0]
        assert shown["largeCommunity"]["string"] == f"64512:{TAG + segment}:0", shown
        assert [n["ip"] for n in shown["nexthops"]] == [a.tunnels["b"].near]
    assert a.explain("0.0.0.0/0")[overlay] == "not-targeted"
    assert a.explain("10.7.0.0/16")[overlay] == "unclassified"
    # from elsewhere at b, announced or not: a prefix of on-premises is nothing for on-premises
    assert b.explain("192.168.0.0/16")["b"] == "not-planned"
    assert set(b.dut.best_paths()) == {AVS_NET, "192.168.0.0/16", "10.8.0.0/16"}
    # and with the line it gets the default
    a.type(f"avs overlay default {near}")
    wait_for("default at b", lambda: b.dut.best_paths().get("0.0.0.0/0"), 20)
    a.type(f"no avs overlay default {near}")
    wait_for("no default at b", lambda: not b.dut.best_paths().get("0.0.0.0/0"), 20)


def test_default_of_the_hub(two):
    """AVS has the default while the hub has its exit; one update per instance when it goes."""
    a, b = two
    start(a, b, "advertise default when-present 0.0.0.0/0 from overlay",
          b_more=[f"overlay default {b.tunnels['a'].far}",
                  "advertise default when-present 198.51.100.0/24 from zebra"],
          after=["ip route 203.0.113.0/24 blackhole"])
    a.both(*COMPANIONS)
    b.dut.vtysh("configure terminal", "ip route 198.51.100.0/24 blackhole", check=True)
    a.both("0.0.0.0/0", *COMPANIONS)
    b.both()
    mark = a.rec.position()
    b.dut.vtysh("configure terminal", "no ip route 198.51.100.0/24 blackhole", check=True)
    a.both(*COMPANIONS, timeout=5)
    a.rec.wait_quiet(1.5)
    for name in a.names:
        updates = a.rec.updates(name, mark)
        assert [(u["event"], u["prefix"]) for u in updates] == [("withdraw", "0.0.0.0/0")], updates


def test_default_both_ways(two):
    """Each side gives the other one the default: each keeps its own, and nothing moves for ever."""
    a, b = two
    start(a, b, f"overlay default {a.tunnels['b'].far}", b_more=[f"overlay default {b.tunnels['a'].far}"])
    a.both("0.0.0.0/0", *COMPANIONS)
    assert a.told("0.0.0.0/0")["path"] == [64512]
    # it is sent, and not taken
    for side, other in ((a, "b"), (b, "a")):
        sent = side.dut.show_json(f"show bgp ipv4 unicast neighbors {side.tunnels[other].far} advertised-routes json")
        assert "0.0.0.0/0" in sent["advertisedRoutes"], sent
        assert [p["path"] for p in side.dut.best_paths()["0.0.0.0/0"]] == [""]
    marks = [s.dut.show_json("show bgp avs json")["counters"]["pushes"] for s in two]
    holds_for("nothing moves", lambda: marks == [
        s.dut.show_json("show bgp avs json")["counters"]["pushes"] for s in two], 3)
    # the one that is given no more may come in now, and nobody tells it unasked
    b.type(f"no avs overlay default {b.tunnels['a'].far}")
    wait_for("a's default at b", lambda: [p["path"] for p in b.dut.best_paths().get("0.0.0.0/0", [])] == ["64512"], 20)
    b.type(f"avs overlay default {b.tunnels['a'].far}")
    wait_for("not any more", lambda: [p["path"] for p in b.dut.best_paths().get("0.0.0.0/0", [])] in ([], [""]), 20)


def test_budget(two):
    """More than Route Server takes: both instances get the same share, and a place that is left is given on."""
    a, b = two
    start(a, b, b_more=["route-server b route-limit 8"])
    many = [f"10.20.{n}.0/24" for n in range(7)]
    a.learn(AVS_PATH, *many)
    wait_for("half of the limit", lambda: all(len(b.rec.rib(n)) == 4 for n in b.names), 20)
    b.rec.wait_quiet(2)
    first = set(b.rec.rib("b1"))
    assert len(first) == 4 and set(b.rec.rib("b2")) == first
    assert {b.explain(p)["b"] for p in set(many) - first} == {"budget"}
    gone = sorted(first)[0]
    a.forget(gone)
    wait_for("another one", lambda: all(
        len(b.rec.rib(n)) == 4 and gone not in b.rec.rib(n) for n in b.names), 20)
    assert first - {gone} < set(b.rec.rib("b1")) == set(b.rec.rib("b2"))


def test_default_that_waits(two):
    """A default that was learned, and would go as it is, does not take the place of one that waits."""
    a, b = two
    start(a, b, "advertise default when-present 198.51.100.0/24 from zebra", f"advertise segment {OP} toward {PC}",
          b_more=[f"overlay default {b.tunnels['a'].far}"])
    b.learn(ONPREM_PATH, "0.0.0.0/0", ONPREM_NET)
    a.both(ONPREM_NET, *COMPANIONS)
    wait_for("it is there", lambda: a.dut.best_paths().get("0.0.0.0/0"), 10)
    holds_for("and stays", lambda: "0.0.0.0/0" not in a.rec.rib("a1"), 3)
    assert a.explain("0.0.0.0/0")["a"] == "condition"
    a.dut.vtysh("configure terminal", "ip route 198.51.100.0/24 blackhole", check=True)
    a.both("0.0.0.0/0", ONPREM_NET, *COMPANIONS)


def test_reflected(lab):
    """A route reflector sends what it reflects as it is: with a tag that anybody may have written."""
    a, b = Side(lab, "a"), Side(lab, "b", asn=64512)
    connect(lab, a, b)
    inside = lab.node("inside")
    link(a.dut, "eth2", "172.30.0.1/24", inside, "eth0", ["172.30.0.9/24"])
    rec = lab.speaker(inside, [{"name": "N", "address": "172.30.0.9", "as": 64512, "peer": "172.30.0.1"}], "inside")
    far = a.tunnels["b"].far
    a.start([PC], f"overlay neighbor {far}", f"segment {OP} neighbor 172.30.0.9",
            after=["router bgp 64512", " neighbor 172.30.0.9 remote-as 64512", " address-family ipv4 unicast",
                   f"  neighbor {far} route-reflector-client", " exit-address-family", "exit"])
    b.start([OP], f"overlay neighbor {b.tunnels['a'].far}", f"advertise segment {PC} toward {OP}")
    rec.wait_up()
    wait_overlay(a, b)
    a.learn(AVS_PATH, AVS_NET)
    rec.announce("N", "10.66.0.0/16", path=[64620], large=[f"64512:{TAG + 1}:0"], local_pref=100)
    b.both(AVS_NET)
    wait_for("at a", lambda: a.dut.best_paths().get("10.66.0.0/16"), 10)
    holds_for("not at b", lambda: not b.dut.best_paths().get("10.66.0.0/16"), 4)
    b.both(AVS_NET)
    assert a.explain("10.66.0.0/16")[f"overlay@{far}"] == "no-community"


def test_without_large_communities(two):
    """Nobody could tell what it is: nothing is told, and explain says why."""
    a, b = two
    start(a, b)
    a.learn(AVS_PATH, AVS_NET)
    b.both(AVS_NET)
    far = a.tunnels["b"].far
    for line in ("send-community large", "send-community extended"):
        done = a.dut.configure(f"router bgp {a.asn}", "address-family ipv4 unicast", f"no neighbor {far} {line}")
        assert done[-1][1] == 0, done
    b.both(timeout=30)
    assert a.explain(AVS_NET)[f"overlay@{far}"] == "no-community"


def test_tunnel_goes(two):
    """No tunnel: what came through it is withdrawn, and comes again; nothing loops meanwhile."""
    a, b = two
    start(a, b)
    a.learn(AVS_PATH, AVS_NET)
    b.both(AVS_NET)
    interface = b.tunnels["a"].interface
    b.dut.run(f"ip link set {interface} down")
    b.both(timeout=10)
    wait_for("alarm", lambda: "off-interface" in b.warnings(), 10)
    b.dut.run(f"ip link set {interface} up")
    b.both(AVS_NET, timeout=40)
    wait_for("no alarm", lambda: "off-interface" not in b.warnings(), 10)


def test_next_hop_elsewhere(two):
    """Rule 8: the session lives, and so does the next hop, but packets would not enter the tunnel."""
    a, b = two
    hop = b.tunnels["a"].far
    multihop = ["router bgp 64514", f" neighbor {hop} ebgp-multihop 2", "exit"]
    a_multihop = ["router bgp 64512", f" neighbor {a.tunnels['b'].far} ebgp-multihop 2", "exit"]
    a.start([PC], f"overlay neighbor {a.tunnels['b'].far}", after=a_multihop)
    b.start([OP], f"overlay neighbor {hop} interface {b.tunnels['a'].interface}",
            f"advertise segment {PC} toward {OP}", after=multihop)
    wait_overlay(a, b)
    a.learn(AVS_PATH, AVS_NET)
    b.both(AVS_NET)
    # a more specific way to the next hop, around the tunnel
    b.dut.run(f"ip route add {hop}/32 via 172.31.0.1 dev eth1")
    b.both(timeout=15)
    wait_for("alarm", lambda: "off-interface" in b.warnings(), 10)
    assert b.explain(AVS_NET)["b"] == "next-hop"
    assert b.dut.established(hop) and b.dut.best_paths()[AVS_NET][0]["valid"]
    b.dut.run(f"ip route del {hop}/32 via 172.31.0.1 dev eth1")
    b.both(AVS_NET, timeout=15)
    wait_for("no alarm", lambda: "off-interface" not in b.warnings(), 10)


@pytest.mark.parametrize("asn", [64514, 64512], ids=["ebgp", "ibgp"])
def test_prefix_of_both_sides(lab, asn):
    """Both Route Servers deliver it: each side keeps its own, and nothing moves for ever."""
    a, b = Side(lab, "a"), Side(lab, "b", asn)
    connect(lab, a, b)
    start(a, b)
    a.learn(AVS_PATH, AVS_NET)
    b.both(AVS_NET)
    # a longer path than that through the tunnel: it is not the length that decides
    b.learn(ONPREM_PATH + [64620] * 4, AVS_NET, ONPREM_NET)
    a.learn(ONPREM_PATH + [64620] * 4, ONPREM_NET)
    # what its own Route Server delivers is not told to it
    b.both()
    for side in (a, b):
        wait_for(f"own path at {side.name}", lambda s=side: any(
            p.get("bestpath") and p["peerId"] == s.rs[0] or p.get("bestpath") and p["peerId"] == s.rs[1]
            for p in s.dut.best_paths().get(AVS_NET, [])), 15)
        side.rec.wait_quiet(2)
    marks = a.dut.show_json("show bgp avs json")["counters"], b.dut.show_json("show bgp avs json")["counters"]
    holds_for("nothing moves", lambda: (
        a.dut.show_json("show bgp avs json")["counters"]["pushes"] == marks[0]["pushes"]
        and b.dut.show_json("show bgp avs json")["counters"]["pushes"] == marks[1]["pushes"]), 3)
    b.forget(AVS_NET)
    b.both(AVS_NET)


def test_nobody_else_sets_tags(two):
    """A tag counts from an overlay neighbour only, and with its own AS in it."""
    a, b = two
    start(a, b)
    forged = [f"64512:{TAG + 1}:0", f"65515:{TAG + 1}:0"]
    for name in b.names:
        b.rec.announce(name, "10.77.0.0/16", path=[65515, 64700], large=forged)
    wait_for("10.77/16", lambda: b.dut.best_paths().get("10.77.0.0/16"), 20)
    assert {r[1] for r in b.routes("10.77.0.0/16")} == {"unknown"}
    # b does not know what it is, so a does not get it
    assert b.explain("10.77.0.0/16")[f"overlay@{b.tunnels['a'].far}"] == "unclassified"
    # forged in front of a: replaced by what a knows
    for name in a.names:
        a.rec.announce(name, "10.88.0.0/16", path=ONPREM_PATH, large=forged)
    wait_for("10.88/16", lambda: b.dut.best_paths().get("10.88.0.0/16"), 20)
    shown = b.dut.show_json("show bgp ipv4 unicast 10.88.0.0/16 json")["paths"][0]
    assert shown["largeCommunity"]["string"] == f"64512:{TAG + 2}:0"
    b.both()


def test_avs_to_avs(lab):
    """Two private clouds of different sites; without sites they would be the same one."""
    a, b = Side(lab, "a"), Side(lab, "b")
    connect(lab, a, b)
    exact = f"advertise segment {PC} toward {PC}"
    for one, other, site in ((a, b, "europe"), (b, a, "america")):
        one.start([f"{PC} site {site}"],
                  f"overlay neighbor {one.tunnels[other.name].far}", exact)
    wait_overlay(a, b)
    a.learn(AVS_PATH, AVS_NET)
    b.learn([65515, 12076, 398657], "10.30.0.0/22")
    a.both("10.30.0.0/22")
    b.both(AVS_NET)
    assert b.routes(AVS_NET) == {(b.tunnels["a"].far, PC, "", "tag")}
    # an AVS router would refuse a path with AVS's own AS in it
    assert b.told(AVS_NET)["path"] == [64514, 64512]
    assert a.told("10.30.0.0/22")["path"] == [64512, 64514]
    # b reaches europe as well: then AVS's prefixes of europe are its own
    b.type(f"avs route-server b toward {PC} site europe")
    b.both()
    assert b.explain(AVS_NET)["b"] == "same-segment"
    assert b.routes(AVS_NET) == {(b.tunnels["a"].far, PC, "europe", "tag")}


def test_ring_of_three(lab):
    """Three sides, everybody with everybody: every prefix takes one tunnel, and goes as it came."""
    sides = [Side(lab, n) for n in "abc"]
    a, b, c = sides
    connect(lab, *sides)
    for side, toward in ((a, [PC]), (b, [OP + " site east"]), (c, [OP + " site west"])):
        side.start(toward, *(f"overlay neighbor {t.far} interface {t.interface}"
                             for t in side.tunnels.values()),
                   f"advertise segment {PC} toward {OP}", f"advertise segment {OP} toward {OP}")
    wait_overlay(*sides)
    a.learn(AVS_PATH, AVS_NET)
    b.learn(ONPREM_PATH, ONPREM_NET)
    b.both(AVS_NET)
    c.both(AVS_NET, ONPREM_NET)
    a.both()
    assert {r[0] for r in c.routes(AVS_NET)} == {c.tunnels["a"].far}
    # on-premises carries AVS's prefix around, without private AS numbers, to the other site
    c.learn([65515, 12076, 64620], AVS_NET)
    c.both(ONPREM_NET)
    a.forget(AVS_NET)
    # b has it from c now, as a prefix of on-premises, site west: east gets it, and a loop it is not
    wait_for("b knows it from c", lambda: {r[0] for r in b.routes(AVS_NET)} == {b.tunnels["c"].far}, 15)
    c.forget(AVS_NET)
    b.both()
    for side in sides:
        side.rec.wait_quiet(2)


def test_own_route_maps(two):
    """avs overlay route-map narrows and changes attributes, in both directions."""
    a, b = two
    maps = ["ip prefix-list SOME deny 10.100.1.0/24", "ip prefix-list SOME permit any",
            "route-map M permit 10", " match ip address prefix-list SOME", " set metric 77", "exit"]
    start(a, b, f"overlay route-map {a.tunnels['b'].far} M out", after=maps,
          b_more=[f"overlay route-map {b.tunnels['a'].far} M in"])
    a.learn(AVS_PATH, AVS_NET, "10.100.1.0/24", "10.99.0.0/24")
    b.both(AVS_NET, "10.99.0.0/24")
    assert b.dut.best_paths()[AVS_NET][0]["metric"] == 77
    # a neighbour's own line is refused with the one to type
    status, text = b.dut.configure(f"router bgp {b.asn}", "address-family ipv4 unicast",
                                   f"neighbor {b.tunnels['a'].far} route-map M out")[-1][1:]
    assert status and f"avs overlay route-map {b.tunnels['a'].far} M out" in text
    # a map that does not exist lets nothing through
    a.type(f"avs overlay route-map {a.tunnels['b'].far} NONE out")
    b.both()
    assert "map-undefined" in a.warnings()


def test_stop_and_go(two):
    """avs shutdown, a restart of bgpd, a session that flaps."""
    a, b = two
    start(a, b)
    a.learn(AVS_PATH, AVS_NET)
    b.both(AVS_NET)
    a.type("avs shutdown")
    b.both()
    assert a.explain(AVS_NET)[f"overlay@{a.tunnels['b'].far}"] == "shutdown"
    a.type("no avs shutdown")
    b.both(AVS_NET)
    b.dut.vtysh("clear bgp *", check=True)
    wait_overlay(a, b)
    b.both(AVS_NET, timeout=40)
    a.dut.vtysh("write", check=True)
    a.dut.restart_bgpd()
    b.both(timeout=20)
    wait_overlay(a, b)
    a.rec.wait_up()
    a.learn(AVS_PATH, AVS_NET)
    b.both(AVS_NET, timeout=40)


def test_lines_in_any_order(two):
    """Lines of an address that is no overlay neighbour wait for it, and are told."""
    a, b = two
    far = a.tunnels["b"].far
    a.start([PC], f"overlay default {far}", f"overlay route-map {far} M in", f"advertise default toward {PC}",
            after=["route-map M permit 10"])
    b.start([OP], f"overlay neighbor {b.tunnels['a'].far}")
    assert f"avs overlay neighbor {far}" in a.warnings()["no-overlay"]
    a.both("0.0.0.0/0")
    assert not a.dut.established(far) or not a.dut.best_paths().get(AVS_NET)
    a.type(f"avs overlay neighbor {far}")
    assert "no-overlay" not in a.warnings()
    wait_overlay(a, b)
    wait_for("default at b", lambda: b.dut.best_paths().get("0.0.0.0/0"), 20)
    running = a.dut.running()
    for line in (f" avs overlay neighbor {far}", f" avs overlay default {far}", f" avs overlay route-map {far} M in"):
        assert line in running.splitlines()
    assert f"neighbor {far} route-map AVS-OUT-overlay@{far} out" in running


def test_pair(lab):
    """
    Two appliances in front of on-premises, of the same AS: they announce the same, one of them
    prepended; what dies is survived without a withdrawal.
    """
    a, b, c = Side(lab, "a"), Side(lab, "b"), Side(lab, "c", asn=64514)
    connect(lab, a, b, c)
    a.start([PC], *(f"overlay neighbor {a.tunnels[n].far} interface {a.tunnels[n].interface}" for n in "bc"),
            f"advertise default toward {PC}", f"advertise default when-present {ONPREM_NET} from overlay")
    for side, more in ((b, []), (c, ["route-server c prepend 3"])):
        tunnel = side.tunnels["a"]
        # the tunnel between the two is no use: of the same AS, and nothing goes from overlay to overlay
        side.tunnels = {"a": tunnel}
        side.start([OP], f"overlay neighbor {tunnel.far} interface {tunnel.interface}",
                   f"advertise segment {PC} toward {OP}", *more)
    a.tunnels = {n: a.tunnels[n] for n in "bc"}
    wait_overlay(a, b, c)
    a.learn(AVS_PATH, AVS_NET, "10.20.8.0/24")
    for side in (b, c):
        side.learn(ONPREM_PATH, ONPREM_NET)
        side.both(AVS_NET, "10.20.8.0/24")
    a.both("0.0.0.0/0")
    assert b.told(AVS_NET)["path"] == [64514, 64512, 398656]
    assert c.told(AVS_NET)["path"] == [64514] * 4 + [64512, 398656]
    for side in (a, b, c):
        side.rec.wait_quiet(1)
    marks = {side: side.rec.position() for side in (a, c)}
    # the active one dies
    b.dut.stop_daemon("bgpd", signal.SIGKILL)
    wait_for("a lost b", lambda: not a.dut.established(a.tunnels["b"].far), 20)
    holds_for("nobody is told anything", lambda: not any(
        s.rec.updates(n, marks[s]) for s in (a, c) for n in s.names), 4)
    # and comes back
    b.dut.start_daemon("bgpd")
    b.dut.run("vtysh -b -d bgpd", check=False)
    b.rec.wait_up()
    wait_overlay(a, b)
    b.learn(ONPREM_PATH, ONPREM_NET)
    b.both(AVS_NET, "10.20.8.0/24", timeout=40)
    # one instance of a Route Server goes: the other one is told nothing
    a.rec.stop("a1")
    holds_for("nobody is told anything", lambda: not any(
        s.rec.updates(n, marks[s]) for s in (a, c) for n in ("a2", "c1", "c2") if n in s.names), 4)
    # the last exit goes, and with it the default
    for side in (b, c):
        side.forget(ONPREM_NET)
    a.rec.wait_rib("a2", set())


def test_bfd(two):
    """A tunnel that swallows packets: with BFD the default is gone in a second or two, by one update."""
    a, b = two
    bfd = ["bfd", " profile fast", "  transmit-interval 150", "  receive-interval 150", " exit", "exit"]
    for side, toward, more in (
            (a, [PC], [f"advertise default toward {PC}",
                       f"advertise default when-present {ONPREM_NET} from overlay"]),
            (b, [OP], [f"advertise segment {PC} toward {OP}"])):
        tunnel = side.tunnels["b" if side is a else "a"]
        side.start(toward, f"overlay neighbor {tunnel.far} interface {tunnel.interface}", *more,
                   daemons=("zebra", "staticd", "bfdd", "bgpd"),
                   after=[*bfd, f"router bgp {side.asn}", f" neighbor {tunnel.far} bfd profile fast", "exit"])
    wait_overlay(a, b)
    a.learn(AVS_PATH, AVS_NET)
    b.learn(ONPREM_PATH, ONPREM_NET)
    a.both("0.0.0.0/0")
    b.both(AVS_NET)
    wait_for("BFD is up", lambda: any(
        p["status"] == "up" for p in a.dut.show_json("show bfd peers json")), 20)
    a.rec.wait_quiet(1)
    mark = a.rec.position()
    # nobody's interface goes down, and nobody is told
    a.wire.run("ip link set to-b nomaster")
    # hold time: 180 s
    a.both(timeout=6)
    b.both(timeout=6)
    a.rec.wait_quiet(1)
    for name in a.names:
        assert [(u["event"], u["prefix"]) for u in a.rec.updates(name, mark)] == [("withdraw", "0.0.0.0/0")]
    a.wire.run("ip link set to-b master br0")
    a.both("0.0.0.0/0", timeout=40)
    b.both(AVS_NET, timeout=40)


class Between:
    """One appliance between both Route Servers: eth1 toward AVS, eth2 toward on-premises."""

    def __init__(self, lab, *more):
        self.dut = lab.router("dut")
        self.recs, lines = {}, []
        for number, (name, toward) in enumerate((("avs", PC), ("hub", OP)), 1):
            peers, addresses = lab.node(name), [f"10.{number}.0.{n}" for n in (4, 5)]
            link(self.dut, f"eth{number}", f"10.{number}.0.1/24", peers, "eth0", [f"{a}/24" for a in addresses])
            self.recs[name] = lab.speaker(peers, [
                {"name": f"{name}{i}", "address": a, "as": 65515, "peer": f"10.{number}.0.1"}
                for i, a in enumerate(addresses)])
            for a in addresses:
                lines += [f" neighbor {a} remote-as 65515", f" neighbor {a} ebgp-multihop",
                          f" avs route-server {name} neighbor {a}"]
            lines += [f" avs route-server {name} toward {toward}", f" avs route-server {name} interface eth{number}"]
        lines += [f" avs {line}" for line in ("quiet-period 1", *more)]
        self.dut.start("\n".join(["hostname dut", "router bgp 64512", *lines, "exit"]) + "\n",
                       daemons=("zebra", "bgpd"))
        for rec in self.recs.values():
            rec.wait_up()

    def learn(self, name, path, *prefixes, **more):
        """Both instances deliver prefixes."""
        for session in self.recs[name].names:
            self.recs[name].announce(session, *prefixes, path=path, **more)

    def both(self, name, *expected, timeout=20):
        """Both instances have exactly these."""
        for session in self.recs[name].names:
            self.recs[name].wait_rib(session, set(expected), timeout)


def test_shared_next_hops(lab):
    """Two paths of equal cost share the traffic: one of them elsewhere is enough to take it away; and supernets."""
    one = Between(lab, f"advertise segment {PC} toward {OP}", "advertise supernet 10.21.0.0/16 toward on-premises",
                  "hold-down 1")
    for session, hop in (("avs0", "10.1.0.8"), ("avs1", "10.1.0.9")):
        one.recs["avs"].announce(session, "10.20.8.0/24", path=AVS_PATH, next_hop=hop)
    one.learn("avs", AVS_PATH, "10.21.1.0/24", next_hop="10.1.0.9")
    one.both("hub", "10.20.8.0/24", "10.21.1.0/24", "10.21.0.0/16")

    def paths():
        return one.dut.show_json("show bgp ipv4 unicast 10.20.8.0/24 json")["paths"]

    wait_for("both forward", lambda: sum(bool(p.get("multipath")) for p in paths()) == 2, 10)
    best = next(p["nexthops"][0]["ip"] for p in paths() if p.get("bestpath"))
    other = {"10.1.0.8": "10.1.0.9", "10.1.0.9": "10.1.0.8"}[best]
    # as near as before, elsewhere
    one.dut.run(f"ip route add {other}/32 dev eth2")
    wait_for("withdrawn", lambda: "10.20.8.0/24" not in one.recs["hub"].rib("hub0"), 15)
    assert sum(bool(p.get("multipath")) for p in paths()) == 2
    one.dut.run(f"ip route del {other}/32 dev eth2")
    one.both("hub", "10.20.8.0/24", "10.21.1.0/24", "10.21.0.0/16")
    # nothing of the supernet is left on this side of the interface
    one.dut.run("ip route add 10.1.0.9/32 dev eth2")
    wait_for("all of it", lambda: not one.recs["hub"].rib("hub0").keys() & {"10.21.1.0/24", "10.21.0.0/16"}, 15)
    one.dut.run("ip route del 10.1.0.9/32 dev eth2")
    one.both("hub", "10.20.8.0/24", "10.21.1.0/24", "10.21.0.0/16")


def test_two_interfaces(lab):
    """One appliance between both Route Servers: no tunnel, and rule 8 for each interface."""
    one = Between(lab, f"advertise segment {PC} toward {OP}", f"advertise segment {OP} toward {PC}")
    dut, recs, learn, both = one.dut, one.recs, one.learn, one.both
    learn("avs", AVS_PATH, AVS_NET)
    learn("avs", AVS_PATH, "10.20.8.0/24", next_hop="10.1.0.9")
    learn("hub", ONPREM_PATH, ONPREM_NET, "10.0.0.0/8", "0.0.0.0/0")
    both("hub", AVS_NET, "10.20.8.0/24")
    # a private cloud may get the default of on-premises, when the line says so
    both("avs", ONPREM_NET, "10.0.0.0/8", "0.0.0.0/0")
    assert recs["hub"].rib("hub0")[AVS_NET]["path"] == [64512, 398656]
    assert recs["avs"].rib("avs0")[ONPREM_NET]["path"] == [64512, 64620]
    # a next hop that is reached over the other interface
    dut.run("ip route add 10.1.0.9/32 via 10.2.0.4 dev eth2")
    both("hub", AVS_NET)
    dut.run("ip route del 10.1.0.9/32 via 10.2.0.4 dev eth2")
    both("hub", AVS_NET, "10.20.8.0/24")
    # and for a moment only, shorter than anybody looks: bgpd withdraws, and it comes again
    for _ in range(8):
        mark = recs["hub"].position()
        dut.run("ip route add 10.1.0.9/32 via 10.2.0.4 dev eth2")
        time.sleep(0.12)
        dut.run("ip route del 10.1.0.9/32 via 10.2.0.4 dev eth2")
        time.sleep(0.6)
        if any(u["event"] == "withdraw" for u in recs["hub"].updates("hub0", mark)):
            both("hub", AVS_NET, "10.20.8.0/24")
    # the site of a route server is that of what it delivers, also when it is said later
    for line, status, text in dut.configure(
            "router bgp 64512", f"avs advertise segment {PC} site europe toward {OP}",
            f"no avs advertise segment {PC} toward {OP}"):
        assert status == 0, f"{line}: {text}"
    both("hub")
    for line, status, text in dut.configure(
            "router bgp 64512", f"avs route-server avs toward {PC} site europe",
            f"no avs route-server avs toward {PC}"):
        assert status == 0, f"{line}: {text}"
    both("hub", AVS_NET, "10.20.8.0/24")


def test_reload(two):
    """frr-reload.py with the short file: nobody is told anything, and no session goes down."""
    a, b = two
    # frr-reload.py takes its time between the line that goes and the one that comes
    start(a, b, b_more=["quiet-period 30"])
    a.learn(AVS_PATH, AVS_NET)
    b.both(AVS_NET)
    b.dut.vtysh("write", check=True)
    short = "\n".join(l for l in b.dut.read("frr.conf").splitlines() if "AVS-" not in l) + "\n"
    marks = {s: s.rec.position() for s in (a, b)}
    done = b.dut.reload(short)
    assert done.returncode == 0, done.stdout + done.stderr
    holds_for("calm", lambda: b.dut.established(b.tunnels["a"].far) and not any(
        s.rec.updates(n, marks[s]) for s in (a, b) for n in s.names), 7)
    # a line that changes: interface is another one for a moment, which costs nothing but the moment
    tunnel = b.tunnels["a"]
    done = b.dut.reload(short.replace(f" interface {tunnel.interface}\n", "\n"))
    assert done.returncode == 0, done.stdout + done.stderr
    holds_for("calm", lambda: not any(s.rec.updates(n, marks[s]) for s in (a, b) for n in s.names), 7)
    assert f" avs overlay neighbor {tunnel.far}\n" in b.dut.running()


def test_adoption(two):
    """An appliance that works by hand: the line is refused, in shadow it takes nothing away."""
    a, b = two
    far = a.tunnels["b"].far
    b.start([OP], f"overlay neighbor {b.tunnels['a'].far}", f"advertise segment {PC} toward {OP}")
    lines = ["hostname a", "router bgp 64512", " no bgp ebgp-requires-policy", f" neighbor {far} remote-as 64514",
             f" neighbor {far} timers connect 1"]
    lines += [f" neighbor {n} remote-as 65515\n neighbor {n} ebgp-multihop" for n in a.rs]
    lines += [" address-family ipv4 unicast", "  network 10.99.0.0/16", " exit-address-family", "exit",
              "ip route 10.99.0.0/16 blackhole"]
    a.dut.start("\n".join(lines) + "\n")
    a.rec.wait_up()
    wait_for("10.99/16 at b", lambda: b.dut.best_paths().get("10.99.0.0/16"), 40)
    router = f"router bgp {a.asn}"
    in_shadow = "avs route-server a guard shadow"
    assert a.dut.configure(router, in_shadow)[-1][1] == 0
    a.type("no " + in_shadow)
    status, text = a.dut.configure(router, f"avs overlay neighbor {far}")[-1][1:]
    assert status and "guard shadow" in text and "shutdown" in text, text
    a.type(in_shadow, f"avs overlay neighbor {far}", *(f"avs route-server a neighbor {n}" for n in a.rs),
           f"avs route-server a toward {PC}")
    a.learn(AVS_PATH, AVS_NET)
    holds_for("nothing is taken away", lambda: b.dut.best_paths().get("10.99.0.0/16"), 4)
    shadow = a.dut.show_json("show bgp avs shadow json")["shadow"]
    overlay = {(d["prefix"], d["difference"], d["what"]) for d in shadow if d["neighbor"] == far}
    assert overlay == {("10.99.0.0/16", "sent-not-planned", "not-planned"),
                       (AVS_NET, "other-attributes", "segment tag")}, shadow
    # by hand nobody sets a tag, and b does not know what it is
    assert {r[1] for r in b.routes(AVS_NET)} == {"unknown"}
    b.both()
    a.type("no " + in_shadow)
    wait_for("only what the plan says", lambda: not b.dut.best_paths().get("10.99.0.0/16"), 30)
    b.both(AVS_NET)
    shadow = a.dut.show_json("show bgp avs shadow json")
    assert not [d for d in shadow["shadow"] if d["neighbor"] == far] and shadow["same"] >= 1, shadow


def test_global_reach(two):
    """The circuit of AVS shows on-premises routes: no default any more, until somebody accepts it."""
    a, b = two
    start(a, b)
    a.learn(AVS_PATH, AVS_NET)
    b.learn(ONPREM_PATH, ONPREM_NET)
    a.both("0.0.0.0/0", *COMPANIONS)
    a.learn(ONPREM_PATH, ONPREM_NET)
    a.both()
    assert a.explain("0.0.0.0/0")["a"] == "leak-observed"
    assert "reach-observed" in a.warnings()
    # each side keeps its own path, and tells the other
    assert {r[0] for r in a.routes(ONPREM_NET)} == {*a.rs, a.tunnels["b"].far}
    b.both(AVS_NET)
    a.type("avs route-server a accept-leak on-premises")
    a.both("0.0.0.0/0", *COMPANIONS)


def test_wrong_interface(two):
    """A name that is none: nothing comes through, the plan says so, and the right name mends it."""
    a, b = two
    far = a.tunnels["b"].far
    a.start([PC], f"overlay neighbor {far} interface vxlan9", f"advertise default toward {PC}",
            f"advertise companions toward {PC}")
    b.start([OP], f"overlay neighbor {b.tunnels['a'].far}", f"overlay default {b.tunnels['a'].far}")
    wait_overlay(a, b)
    # b gives a default of its own, which does not come through either
    a.both(*COMPANIONS)
    b.learn(ONPREM_PATH, "0.0.0.0/0", "10.0.0.0/8")
    a.both("172.16.0.0/12", "192.168.0.0/16")

    def plan():
        entries = a.dut.show_json("show bgp avs plan json")["planEntry"]
        return {e["prefix"]: e["reason"] for e in entries if e["routeServer"] == "a"}

    wait_for("the plan says so", lambda: plan() == {
        "0.0.0.0/0": "next-hop", "10.0.0.0/8": "next-hop",
        "172.16.0.0/12": "announced", "192.168.0.0/16": "announced"}, 10)
    assert "vxlan9" in a.warnings()["off-interface"]
    a.type(f"avs overlay neighbor {far} interface {a.tunnels['b'].interface}")
    a.both("0.0.0.0/0", *COMPANIONS)
    wait_for("the plan says so", lambda: set(plan().values()) == {"announced"}, 10)
    assert a.told("0.0.0.0/0")["path"] == [64512, 64514, 64620]
