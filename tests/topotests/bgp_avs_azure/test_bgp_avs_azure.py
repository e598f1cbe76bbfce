# SPDX-License-Identifier: GPL-2.0-or-later
"""
Azure as the module meets it: other engines as Route Server, its way of
counting routes, the way of packets, the customer's own filter.  See README.md
for the drawings.
"""
import pytest

from lib import azure
from lib.wait import holds_for, wait_for

BGP = "router bgp 64512"
DEFAULTS = {"0.0.0.0/0", *azure.RFC1918}
SUPERNETS = {"10.20.0.0/16", "10.96.0.0/12", "172.20.0.0/15"}
LEARNED = {
    azure.VNET: [65515],
    **{p: [65515, 12076, 398656] for p in azure.AVS_PREFIXES},
    **{p: [65515, 12076, 64620] for p in azure.ONPREM_PREFIXES},
}
# design 1 in, or out again
DESIGN_1 = (
    "avs advertise default toward private-cloud",
    "avs advertise companions toward private-cloud",
    "avs route-server hub accept-leak on-premises",
)
ROLES = azure.DESIGN_1_WITHOUT_CONSENT.replace(" avs advertise default toward private-cloud\n", "").replace(
    " avs route-server hub neighbor 10.1.0.4\n", " avs quiet-period 1\n avs route-server hub neighbor 10.1.0.4\n"
)
SHORT_CUT = ["MSEE", "gateway", "MSEE"]
THROUGH_NVA = ["MSEE", "gateway", "VNet", "NVA", "VNet", "gateway", "MSEE"]


# ------------------------------------------------------------------- engines


def learned_by_nva(vnet):
    """Instance -> prefix -> AS path, as the NVA has it."""
    found = {azure.RS1: {}, azure.RS2: {}}
    for prefix, paths in vnet.nva.best_paths().items():
        for path in paths:
            if path.get("peerId") in found:
                found[path["peerId"]][prefix] = [int(n) for n in path["path"].split()]
    return found


def everybody_has(vnet, expected):
    """Both instances, AVS and on-premises have exactly this, with the paths of Azure."""
    expected = set(expected)
    vnet.wait_accepted(expected)
    for rs in ("rs1", "rs2"):
        assert vnet.accepted(rs) == {p: [azure.AS_NVA] for p in expected}
        assert vnet.birds[rs].next_hops("nva") == {p: azure.NVA for p in expected}
    beyond = {p: [azure.AS_MSEE] for p in expected | {azure.VNET}}
    for party in ("avs", "ce"):
        wait_for(
            lambda p=party: f"{p} has {sorted(beyond)}: {vnet.birds[p].routes('msee')}",
            lambda p=party: vnet.birds[p].routes("msee") == beyond,
            20,
        )


@pytest.mark.parametrize("second", ["bird", "gobgp", "openbgpd"])
def test_engines(lab, second):
    """The second instance is another implementation; nobody can tell by the result."""
    vnet = azure.VirtualNetwork(lab)
    vnet.start_azure(second)
    vnet.nva.start(ROLES)
    both = {azure.RS1: LEARNED, azure.RS2: LEARNED}
    wait_for(lambda: f"the NVA learned {learned_by_nva(vnet)}", lambda: learned_by_nva(vnet) == both, 40)
    vnet.nva.configure(BGP, *DESIGN_1)
    everybody_has(vnet, DEFAULTS)
    vnet.nva.configure(BGP, *[f"no {l}" for l in DESIGN_1], *[f"avs advertise supernet {s}" for s in SUPERNETS])
    everybody_has(vnet, SUPERNETS)
    assert learned_by_nva(vnet) == both
    vnet.nva.configure(BGP, "avs shutdown")
    everybody_has(vnet, ())
    assert vnet.established()


@pytest.mark.stock
def test_lab_is_azure(lab):
    """What Route Server offers and says, what it and the gateway prefer, what Microsoft's edge does to paths."""
    spoke, branch = "10.8.0.0/16", "10.210.0.0/16"
    exact, longer = azure.ONPREM_PREFIXES[1], "172.20.64.0/18"
    more = {"spokes": (spoke,), "branches": (branch,)}
    vnet = azure.VirtualNetwork(lab, module=False)
    vnet.start_azure(**more)
    vnet.nva.start(azure.STOCK.replace("0.0.0.0/0\n", f"{exact}\n  network {longer}\n").replace(
        " no bgp ebgp", " no bgp network import-check\n no bgp ebgp"))
    vnet.wait_accepted({exact, longer})
    offered = vnet.nva.show_json("show bgp neighbors json")[azure.RS1]["neighborCapabilities"]
    assert offered["multiprotocolExtensions"]["ipv6Unicast"] == {"received": True}, offered

    def received(value):
        if isinstance(value, dict):
            return any(v if "eceived" in k else received(v) for k, v in value.items())
        return isinstance(value, str) and "eceived" in value

    # BIRD 2.0 alone adds enhanced refresh
    assert {k for k, v in offered.items() if received(v)} == {
        "4byteAs", "routeRefresh", "enhancedRouteRefresh", "multiprotocolExtensions"}, offered
    # communities, paths and origins
    def told(prefix):
        paths = vnet.nva.show_json(f"show bgp ipv4 unicast {prefix} json")["paths"]
        one = next(p for p in paths if p["peer"]["peerId"] == azure.RS1)
        return one["aspath"]["string"], one["origin"], one.get("community", {}).get("string")

    assert told(azure.VNET) == ("65515", "IGP", None)
    assert told(spoke) == ("65515", "IGP", "65518:65518")
    assert told(branch) == ("65515 65000", "IGP", "65517:65517")
    assert told(azure.AVS_PREFIXES[0]) == ("65515 12076 398656", "incomplete", "65517:65517")
    # Route Server prefers the circuit; the gateway does whatever Route Server does
    for preference, chosen in (("expressroute", "ergw"), ("vpn", "nva"), ("as-path", "nva")):
        for number, rs in enumerate(("rs1", "rs2")):
            text = azure.route_server((azure.RS1, azure.RS2)[number], preference=preference, **more)
            vnet.birds[rs].reconfigure(text)
        wait_for(f"{preference}: {chosen}", lambda c=chosen: vnet.birds["rs1"].best(exact) == c, 20)
    assert vnet.birds["gateway"].best(exact) == "onprem"
    assert vnet.birds["gateway"].best(longer) in ("rs1", "rs2")


# --------------------------------------------------------------- route limit

LIMIT = 100


def many(vnet, usable=None):
    """A design with more supernets than the limit has room for."""
    lines = [f" avs route-server hub route-limit {LIMIT}"]
    if usable:
        lines.append(f" avs route-server hub usable {usable}")
    lines += [f" avs advertise supernet 10.130.{n}.0/24 unconditional" for n in range(LIMIT + 20)]
    vnet.nva.start(ROLES.replace("exit\n", "\n".join(lines) + "\nexit\n"))


def settled(rec, count):
    """Both sessions have so many routes, and a burst that was is over."""
    for name in ("R1", "R2"):
        wait_for(
            lambda n=name: f"{count} at {n}, has {len(rec.rib(n))}", lambda n=name: len(rec.rib(n)) == count, 40
        )
    rec.wait_quiet(1.2)


def dropped(rec, since):
    """Sessions that were dropped for the limit."""
    return {e["session"] for e in rec.events(since) if e["event"] == "limit"}


def resent(rec, since, count):
    """Everything was announced again to both sessions, and nothing withdrawn."""
    for name in ("R1", "R2"):
        wait_for(f"{count} again at {name}", lambda n=name: len(rec.announced(n, since)) == count, 20)
        assert all(e["event"] == "announce" for e in rec.updates(name, since))
    settled(rec, count)


def test_limit_counts_what_is_there_and_what_comes(lab):
    """
    Whatever makes the module send everything again, what Route Server has and
    what comes stay within the limit.  The burst as a whole is counted, which is
    stricter than one message at a time.
    """
    vnet = azure.VirtualNetwork(lab, recorder=True)
    rec = vnet.speaker(limit=LIMIT, limit_window=1.0)
    many(vnet)
    half = LIMIT // 2
    settled(rec, half)
    start = rec.position()
    for line in ("next-hop 10.1.1.5", "prepend 2"):
        since = rec.position()
        vnet.nva.configure(BGP, f"avs route-server hub {line}")
        resent(rec, since, half)
    assert all(e["next_hop"] == "10.1.1.5" and e["path"] == [64512] * 3 for e in rec.rib("R1").values())
    since = rec.position()
    rec.refresh("R1")
    rec.refresh("R2")
    resent(rec, since, half)
    since = rec.position()
    vnet.nva.vtysh("clear bgp ipv4 unicast * soft out")
    settled(rec, half)
    # a smaller share acts at once, a larger one is taken up without a full re-send
    vnet.nva.configure(BGP, "avs route-server hub usable 30")
    settled(rec, 30)
    since = rec.position()
    vnet.nva.configure(BGP, "no avs route-server hub usable 30")
    settled(rec, half)
    assert len(rec.announced("R1", since)) == half - 30
    assert set(rec.rib("R1")) == set(rec.rib("R2"))
    assert not dropped(rec, start) and not rec.flaps("R1", start) and not rec.flaps("R2", start)


def test_limit_control_usable_100(lab):
    """Control: with the whole limit in use the first change drops both sessions."""
    vnet = azure.VirtualNetwork(lab, recorder=True)
    rec = vnet.speaker(limit=LIMIT)
    many(vnet, usable=100)
    settled(rec, LIMIT)
    since = rec.position()
    vnet.nva.configure(BGP, "avs route-server hub next-hop 10.1.1.5")
    wait_for("both sessions dropped", lambda: dropped(rec, since) == {"R1", "R2"}, 20)
    notices = [e for e in rec.events(since) if e["event"] == "limit"]
    assert notices[0]["has"] + notices[0]["update"] > LIMIT >= notices[0]["has"]


@pytest.mark.stock
@pytest.mark.parametrize("cause", ["next-hop", "refresh"])
def test_limit_control_stock(lab, cause):
    """Control: stock FRR with 60 of 100 routes loses the session by sending them again."""
    networks = "".join(f"  network 10.130.{n}.0/24\n" for n in range(60))
    maps = "".join(f"  neighbor {rs} route-map OUT out\n" for rs in (azure.RS1, azure.RS2))
    config = azure.STOCK.replace("  network 0.0.0.0/0\n", networks + maps)
    config = config.replace(" no bgp ebgp", " no bgp network import-check\n no bgp ebgp")
    vnet = azure.VirtualNetwork(lab, module=False, recorder=True)
    rec = vnet.speaker(limit=LIMIT)
    vnet.nva.start(config.replace("!\nrouter", "!\nbgp route-map delay-timer 1\nroute-map OUT permit 10\nexit\nrouter"))
    settled(rec, 60)
    # a later release may have lost one while the map of the file came into force
    since = rec.position()
    if cause == "refresh":
        rec.refresh("R1")
        rec.refresh("R2")
    else:
        vnet.nva.configure("route-map OUT permit 10", "set ip next-hop 10.1.1.5")
    wait_for("both sessions dropped", lambda: dropped(rec, since) == {"R1", "R2"}, 20)


# ---------------------------------------------------------------- data plane


def wait_way(vnet, source, destination, hops):
    """Until packets between two parties go this way."""
    name = {"avs": "AVS", "ce": "on-premises", "internet": "internet"}[destination]
    wait_for(
        lambda: f"{source} to {destination} by {hops}, goes by {vnet.way(source, destination)}",
        lambda: vnet.way(source, destination) == hops + [name],
        20,
    )


def both_ways(vnet, hops):
    """AVS to on-premises and back; the ways are symmetric."""
    wait_way(vnet, "avs", "ce", hops)
    wait_way(vnet, "ce", "avs", hops)
    assert vnet.nodes["avs"].ping(azure.ONPREM_HOST, azure.AVS_HOST)
    assert vnet.nodes["ce"].ping(azure.AVS_HOST, azure.ONPREM_HOST)


def test_gateway_hairpins_without_user_defined_routes(lab):
    """Supernets bring packets to the gateway; user-defined routes bring them to the NVA."""
    vnet = azure.VirtualNetwork(lab)
    nodes = vnet.start_azure()
    vnet.nva.start(ROLES)
    wait_for("the NVA learned both circuits", lambda: set(LEARNED) <= set(vnet.nva.best_paths()), 40)
    assert not nodes["avs"].ping(azure.ONPREM_HOST, azure.AVS_HOST, count=1)
    vnet.nva.configure(BGP, *[f"avs advertise supernet {s}" for s in SUPERNETS])
    vnet.wait_accepted(SUPERNETS)
    both_ways(vnet, SHORT_CUT)
    # as wide as the supernets: the exact prefixes that the gateway learned still win
    for prefix in SUPERNETS:
        vnet.user_defined_route(prefix)
    both_ways(vnet, SHORT_CUT)
    for prefix in azure.AVS_PREFIXES + azure.ONPREM_PREFIXES:
        vnet.user_defined_route(prefix)
    both_ways(vnet, THROUGH_NVA)


# ------------------------------------------------------------ customer's edge


def test_customer_edge_filters(lab):
    """The customer refuses default and companions at its own edge; AVS keeps them."""
    vnet = azure.VirtualNetwork(lab)
    nodes = vnet.start_azure()
    vnet.birds["ce"].reconfigure(azure.customer_edge(refuse=sorted(DEFAULTS)))
    vnet.nva.start(ROLES.replace("exit\n", "".join(f" {line}\n" for line in DESIGN_1) + "exit\n"))
    vnet.wait_accepted(DEFAULTS)
    wait_for("AVS has everything", lambda: set(vnet.birds["avs"].routes("msee")) == DEFAULTS | {azure.VNET}, 20)
    wait_for("all of it came to on-premises", lambda: set(vnet.birds["ce"].filtered("msee")) == DEFAULTS, 20)
    assert vnet.birds["ce"].routes("msee") == {azure.VNET: [azure.AS_MSEE]}
    wait_way(vnet, "avs", "internet", ["MSEE", "gateway", "VNet", "NVA"])
    assert nodes["avs"].ping(azure.INTERNET_HOST, azure.AVS_HOST)
    # on-premises is reached from AVS by its companions, and answers to nobody it does not know
    assert not nodes["ce"].ping(azure.INTERNET_HOST, azure.ONPREM_HOST, count=1)
    # without the filter it has what AVS has
    vnet.birds["ce"].reconfigure(azure.customer_edge())
    wait_for("on-premises has it now", lambda: set(vnet.birds["ce"].routes("msee")) == DEFAULTS | {azure.VNET}, 20)
    assert nodes["ce"].ping(azure.INTERNET_HOST, azure.ONPREM_HOST)
    holds_for("the sessions stay", vnet.established, 1)
