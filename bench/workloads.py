# SPDX-License-Identifier: GPL-2.0-or-later
"""
The daemons that are compared, each as an engineer would configure it.

    rx    stock FRR: takes everything, sends nothing; the floor
    w1p   stock FRR: `network` for each supernet, a prefix-list outbound; the
          cheapest form that can be written by hand, and the least safe
    w1n   stock FRR: `network`, and a route-map of three as-path-lists
    w1    stock FRR: `aggregate-address`, and that route-map
    w1s   the same with summary-only
    avs-supernets, avs-auto, avs-default
          the module: configured supernets, computed ones, default route alone
    bird  BIRD: static supernets and a filter, with what changes let out

Of these, all announce one supernet (a /16) for each /16 that has routes, and the default
route, to two neighbors.  Nothing that was learned may go out.

    by-hand, avs-overlay
          the dual-VNet design: everything that the feeder, a Route Server, delivers goes to the sink,
          the appliance of the other side, with a large community that says what it is, and
          nothing goes back: by as-path-lists and large-community-lists, and with the module
"""
import feed

DUT, FEEDER, SINK = "192.0.2.1", "192.0.2.11", "192.0.2.12"
NEIGHBORS = (FEEDER, SINK)
LATE = [feed.single(n)[1] for n in range(feed.SINGLES)]

STOCK = ("rx", "w1p", "w1n", "w1", "w1s")
MODULE = ("avs-supernets", "avs-auto", "avs-default")
PROPAGATE = ("by-hand", "avs-overlay")
OVERLAY_AS = 64514
ALL = STOCK + MODULE + ("bird",)
# announce a supernet when, and only when, something below is learned
CONDITIONAL = ("w1", "w1s", "avs-supernets", "avs-auto", "bird")

TOP = """frr defaults traditional
hostname dut
!
bgp route-map delay-timer 0
"""
LISTS = """bgp as-path access-list FROM-AVS permit _(39865[6-9]|39866[0-9]|398670|40057[2-9]|40058[01])$
bgp as-path access-list FROM-CIRCUIT permit ^65515_12076_
bgp as-path access-list FROM-VNET permit ^65515$
"""
PREFIX_LIST = """ip prefix-list OUT seq 5 permit 0.0.0.0/0
ip prefix-list OUT seq 10 permit 10.0.0.0/8 ge 16 le 16
ip prefix-list OUT seq 15 permit 172.16.0.0/12 ge 16 le 16
"""
ROUTE_MAP = """route-map OUT deny 10
 match as-path FROM-AVS
route-map OUT deny 20
 match as-path FROM-CIRCUIT
route-map OUT deny 30
 match as-path FROM-VNET
route-map OUT permit 40
 match ip address prefix-list OUT
"""


def with_module(name):
    """Does this one run the module?"""
    return name in MODULE or name == "avs-overlay"


def expected(name, supernets):
    """Prefixes that the sink must have after the load; None: only those below are known."""
    if name == "rx":
        return []
    if name in ("avs-default", "avs-auto"):
        return ["0.0.0.0/0"]
    return ["0.0.0.0/0"] + supernets


def allowed(name, supernets):
    """Prefixes that may be announced at all; None: whatever was not learned."""
    if name == "avs-auto":
        return None
    if name == "bird":
        return expected(name, supernets) + [feed.MARKER] + [feed.single(n)[0] for n in range(feed.SINGLES)]
    return expected(name, supernets) + (LATE if name not in ("rx", "avs-default") else [])


def avs_lines(name, supernets):
    """Our lines."""
    lines = [f"avs route-server hub neighbor {n}" for n in NEIGHBORS]
    lines += [
        "avs route-server hub toward private-cloud",
        "avs route-server hub toward on-premises",
        "avs route-server hub accept-leak on-premises",
        "avs route-server hub route-limit 100000",
        "avs route-server hub usable 100",
        "avs route-server hub gateway-limit 100000",
        "avs quiet-period 0",
        "avs advertise default toward private-cloud",
    ]
    if name == "avs-supernets":
        lines += [f"avs advertise supernet {p}" for p in supernets + LATE]
    if name == "avs-auto":
        lines += ["avs advertise supernet auto", "avs auto max-prefixes 1000"]
    return lines


def frr(name, supernets, more=()):
    """bgpd.conf; more: lines under `router bgp`."""
    top, bgp, family = TOP, [], []
    if name in ("w1p", "w1n", "w1", "w1s"):
        top += PREFIX_LIST
        family.append("network 0.0.0.0/0")
        out = "prefix-list OUT out" if name == "w1p" else "route-map OUT out"
        family += [f"neighbor {n} {out}" for n in NEIGHBORS]
        if name != "w1p":
            top += LISTS + ROUTE_MAP
        for prefix in supernets + LATE:
            if name in ("w1p", "w1n"):
                family.append(f"network {prefix}")
            else:
                family.append(f"aggregate-address {prefix}" + (" summary-only" if name == "w1s" else ""))
    if name == "rx":
        top += "ip prefix-list NOTHING seq 5 deny any\n"
        family += [f"neighbor {n} prefix-list NOTHING out" for n in NEIGHBORS]
    if with_module(name):
        bgp += avs_lines(name, supernets)
    bgp += list(more)
    text = top + "router bgp 64512\n bgp router-id 192.0.2.1\n"
    text += " no bgp ebgp-requires-policy\n no bgp network import-check\n timers bgp 60 180\n"
    text += "".join(f" neighbor {n} remote-as 65515\n" for n in NEIGHBORS)
    text += " address-family ipv4 unicast\n" + "".join(f"  {line}\n" for line in family)
    text += " exit-address-family\n" + "".join(f" {line}\n" for line in bgp) + "exit\n"
    return text


TAGS = """bgp large-community-list standard TAGGED permit 64512:1:0
bgp large-community-list standard TAGGED permit 64512:2:0
bgp large-community-list standard TAGGED permit 64512:3:0
route-map FROM-RS permit 10
 match as-path FROM-AVS
 set large-community 64512:1:0
route-map FROM-RS permit 20
 match as-path FROM-CIRCUIT
 set large-community 64512:2:0
route-map FROM-RS permit 30
 match as-path FROM-VNET
 set large-community 64512:3:0
route-map TO-RS deny 10
 match large-community TAGGED
route-map TO-RS permit 20
route-map TO-OVERLAY permit 10
 match large-community TAGGED
"""


def dual(name):
    """bgpd.conf of an appliance of the dual-VNet design."""
    text = TOP + (LISTS + TAGS if name == "by-hand" else "")
    text += "router bgp 64512\n bgp router-id 192.0.2.1\n no bgp ebgp-requires-policy\n timers bgp 60 180\n"
    text += f" neighbor {FEEDER} remote-as 65515\n neighbor {SINK} remote-as {OVERLAY_AS}\n"
    if name == "by-hand":
        text += " address-family ipv4 unicast\n"
        text += f"  neighbor {FEEDER} route-map FROM-RS in\n  neighbor {FEEDER} route-map TO-RS out\n"
        text += f"  neighbor {SINK} route-map TO-OVERLAY out\n  neighbor {SINK} next-hop-self\n"
        text += " exit-address-family\n"
    else:
        text += f" avs route-server hub neighbor {FEEDER}\n avs route-server hub toward private-cloud\n"
        text += f" avs overlay neighbor {SINK}\n avs startup-delay 0\n avs quiet-period 0\n"
    return text + "exit\n"


def bird(supernets):
    """bird.conf."""
    text = f"router id {DUT};\nprotocol device {{ scan time 60; }}\nprotocol static own {{ ipv4;\n"
    text += "".join(f"  route {p} blackhole;\n" for p in ["0.0.0.0/0"] + supernets) + "}\n"
    for number, neighbor in enumerate(NEIGHBORS):
        text += f"""protocol bgp rs{number} {{
  local {DUT} as 64512; neighbor {neighbor} as 65515; passive; hold time 180;
  ipv4 {{ import all; next hop self;
    export filter {{ if proto = "own" || net ~ [ 172.16.0.0/12+ ] then accept; reject; }}; }};
}}
"""
    return text
