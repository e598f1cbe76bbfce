# SPDX-License-Identifier: GPL-2.0-or-later
"""
What can be typed and announced, by feature; a case has some features only, so that what fails is small.

FEATURES: name -> {"begin": lines of ours that a case begins with, "lines": of ours that come and go,
"stock": under `router bgp`, "af": under its address family, "top": blocks at top level, "steps": kinds
of steps with their weight}.  What has no feature is in every case.
"""
INSTANCES = {"hub": ("H1", "H2"), "dmz": ("D1", "D2")}
ADDRESSES = {"H1": "192.0.2.11", "H2": "192.0.2.12", "D1": "192.0.2.21", "D2": "192.0.2.22",
             "PLAIN": "192.0.2.13", "SRC": "192.0.2.14", "OVL": "192.0.2.31", "EDGE": "192.0.2.41"}
ASNS = {"PLAIN": 64998, "SRC": 64999, "OVL": 64514, "EDGE": 12076}
OVL, EDGE, SRC = ADDRESSES["OVL"], ADDRESSES["EDGE"], ADDRESSES["SRC"]
SERVERS = [s for both in INSTANCES.values() for s in both]
TAG = 0x41565300

PATHS = {
    "avs": [65515, 12076, 398656],
    "onprem": [65515, 12076, 64620],
    "onprem-set": [65515, 12076, 64620, [64700, 64701]],
    "vnet": [65515],
    "remote-vnet": [65515, 12076, 12076],
    "reach-avs": [65515, 12076, 12076, 12076, 398656],
    "returned": [65515, 12076, 64620, 12076],
    "vpn": [65515, 64620],
    "hub2": [65515, 65520, 65520, 12076, 64620],
    "hub2-avs": [65515, 65520, 65520, 12076, 398656],
    "onprem-own": [65515, 12076, 64620, 64512],
    "sibling": [65515, 64777],
}
WEIGHTS = {"avs": 6, "onprem": 5, "vnet": 3, "onprem-set": 1, "remote-vnet": 1, "reach-avs": 1, "returned": 1,
           "vpn": 1, "hub2": 1, "hub2-avs": 1, "onprem-own": 0, "sibling": 0.3}
PREFIXES = ("10.20.0.0/26", "10.20.8.0/24", "10.20.0.0/16", "10.100.0.0/16", "10.100.4.0/24", "172.20.0.0/16",
            "10.1.0.0/16", "10.150.0.0/16", "100.64.7.0/24", "130.40.0.0/16", "10.96.0.0/12", "10.20.0.0/15")
WIDE = ("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
SUPERNETS = ("10.20.0.0/15", "10.96.0.0/12", "172.20.0.0/15", "10.0.0.0/8", "10.16.0.0/12", "0.0.0.0/1")
# what the list UPERM may permit, each with its sequence number
PERMITS = ("10.0.0.0/8", "0.0.0.0/0", "130.40.0.0/16", "10.20.8.0/24", "10.99.0.0/16", "172.16.0.0/12")

BASE = ["quiet-period 0", "hold-down 0", "tighten-delay 0", "segment-memory 0"]
BASE += [f"route-server {rs} neighbor {ADDRESSES[s]}" for rs, both in INSTANCES.items() for s in both]
INTENT = ("advertise default toward private-cloud", "advertise companions toward private-cloud",
          "advertise supernet auto", "advertise supernet 10.40.0.0/14 unconditional",
          "advertise segment private-cloud toward on-premises", "advertise segment on-premises toward private-cloud")


def lines():
    """Lines of ours that come and go in every case."""
    yield from INTENT[:2] * 3
    yield from INTENT[2:] * 2
    yield "advertise default toward on-premises"
    yield from (f"advertise supernet {p}" for p in SUPERNETS)
    yield from (f"advertise supernet {p} toward {s}" for p in SUPERNETS for s in ("private-cloud", "on-premises"))
    yield from (f"advertise supernet {p} unconditional" for p in ("10.16.0.0/12", "172.16.0.0/12"))
    for rs in INSTANCES:
        yield from (f"route-server {rs} accept-leak on-premises", f"route-server {rs} toward private-cloud",
                    f"route-server {rs} toward on-premises") * 2
        yield from (f"route-server {rs} prepend 2", f"route-server {rs} route-limit 8",
                    f"route-server {rs} usable 40", f"route-server {rs} next-hop 192.0.2.99",
                    f"route-server {rs} global-reach on-premises")
        yield from (f"route-server {rs} neighbor {ADDRESSES[s]}" for s in INSTANCES[rs])
    yield from ("shutdown", "quiet-period 1", "hold-down 1", "auto max-prefixes 2")


LINES = tuple(lines())
STOCK = [f"neighbor {ADDRESSES[s]} shutdown" for s in ("H1", "D1")]
STOCK += [f"neighbor {ADDRESSES[s]} timers 3 9" for s in ("H1", "D2")]
STOCK += ["bgp bestpath as-path multipath-relax", "bgp always-compare-med"]
ORIGIN = ["network 0.0.0.0/0", "network 10.99.0.0/16", "network 10.0.0.0/8", "network 10.40.0.0/14",
          "redistribute kernel", "redistribute connected", "aggregate-address 10.100.0.0/15",
          "aggregate-address 10.0.0.0/8 summary-only", "aggregate-address 10.20.0.0/15 as-set"]
# beside or before our maps: most are refused at a role neighbor, and undone where a role comes later
BESIDE = ("default-originate", "next-hop-self", "soft-reconfiguration inbound", "allowas-in", "remove-private-AS",
          "as-override", "addpath-tx-all-paths", "route-map PALL out", "route-map PALL in", "route-reflector-client",
          "send-community both", "route-server-client", "attribute-unchanged", "unsuppress-map PALL",
          "advertise-map PALL exist-map PALL", "default-originate route-map PALL", "weight 200")
FAMILY = ORIGIN * 2 + [f"neighbor {ADDRESSES[s]} {what}" for s in ADDRESSES for what in BESIDE]
# how long bgpd collects after a session came up: most cases are quicker so
QUICK = "coalesce-time 200"
CLEARS = ["clear bgp *", "clear bgp ipv4 unicast * soft out", "clear bgp ipv4 unicast * soft in",
          "clear bgp ipv4 unicast * soft", *(f"clear bgp {ADDRESSES[s]}" for s in ("H1", "H2", "D1"))]
OWN_CLEARS = ["clear bgp avs counters", "clear bgp avs latch", "clear bgp avs reach hub", "clear bgp avs reach dmz"]


def map_blocks():
    """What an editor does to the user's maps and lists."""
    for name in ("UIN", "UOUT"):
        for change in ("set as-path prepend 64700", "set as-path prepend 65515 12076",
                       "set community 65517:65517 additive",
                       "set community none", "set large-community 64512:1096180481:0 additive", "set metric 5",
                       "set ip next-hop 192.0.2.14", "set local-preference 50", "set as-path exclude 12076",
                       "set as-path prepend last-as 2"):
            yield [f"route-map {name} permit 10", change, "exit"]
            yield [f"route-map {name} permit 10", "no " + change, "exit"]
        yield [f"route-map {name} deny 5", "match ip address prefix-list ULIST", "exit"]
        yield [f"route-map {name} deny 5", "match as-path UPATH", "exit"]
        yield [f"no route-map {name} deny 5"]
        yield [f"no route-map {name}"]
        yield [f"route-map {name} permit 10", "exit"]
    yield ["ip prefix-list ULIST seq 5 permit 10.20.0.0/16 le 32"]
    yield ["ip prefix-list ULIST seq 6 deny 10.100.0.0/16 le 32"]
    yield ["ip prefix-list ULIST seq 9 permit any"]
    yield ["no ip prefix-list ULIST"]
    yield ["bgp as-path access-list UPATH permit _64620"]
    yield ["no bgp as-path access-list UPATH"]
    for number, prefix in enumerate(PERMITS, 1):
        yield [f"ip prefix-list UPERM seq {number} permit {prefix}"]
        yield [f"no ip prefix-list UPERM seq {number} permit {prefix}"]


RESET = ["no route-map UIN", "no route-map UOUT", "no ip prefix-list ULIST", "no ip prefix-list UPERM",
         "no bgp as-path access-list UPATH", "route-map UIN permit 10", "exit", "route-map UOUT permit 10", "exit",
         "ip prefix-list ULIST seq 9 permit any"]

FEATURES = {
    "maps": {
        "lines": [f"route-server {rs} {what}" for rs in INSTANCES
                  for what in ("route-map UIN in", "route-map UOUT out", "permit prefix-list UPERM")] * 2,
        "top": list(map_blocks()), "steps": {"top": 14},
    },
    "lists": {
        "af": [f"neighbor {ADDRESSES[s]} {what}" for s in SERVERS for what in (
            "prefix-list ULIST in", "prefix-list ULIST out", "filter-list UPATH in", "filter-list UPATH out",
            "maximum-prefix 3", "maximum-prefix 2 warning-only", "activate")],
        "top": [block for block in map_blocks() if "LIST" in block[0] or "UPATH" in block[0]], "steps": {"top": 6},
    },
    "overlay": {
        "begin": [f"overlay neighbor {OVL}"],
        "lines": [f"overlay default {OVL}"] * 2 + [f"overlay neighbor {OVL}"]
                 + [f"overlay route-map {OVL} UOUT out", f"overlay route-map {OVL} UIN in"],
        "steps": {"tagged": 10},
    },
    "edge": {"begin": [f"azure-edge neighbor {EDGE}"],
             "lines": [f"azure-edge neighbor {EDGE}", f"azure-edge route-map {EDGE} UIN in"], "steps": {"edge": 8}},
    "shadow": {"steps": {"shadow": 4}},
    "calm": {"lines": ["freeze", *(f"route-server {rs} maintenance" for rs in INSTANCES), "startup-delay 2",
                       "segment-memory 600", "protect 10.20.0.0/16", "discard off"]},
    "sibling": {"lines": ["sibling as 64777"] * 3, "steps": {"sibling": 8}},
    "segments": {"lines": ["segment private-cloud prefix 10.20.0.0/16", "segment on-premises prefix 10.150.0.0/16",
                           f"segment on-premises neighbor {SRC}", f"segment private-cloud neighbor {SRC}",
                           "segment private-cloud origin-as 64620", "segment on-premises origin-as 64999",
                           f"segment on-premises neighbor {ADDRESSES['D1']}"] * 2},
    "forms": {"lines": ["advertise default form halves", "advertise default form both", "advertise default vnet-only",
                        "advertise companion 130.0.0.0/8", "advertise companion 100.64.0.0/10",
                        "advertise default when-present 10.1.0.0/16", "advertise default next-hop 192.0.2.98",
                        "auto shortest 12", "auto within 10.0.0.0/8", "auto toward on-premises",
                        "keep azure-communities"]},
    "groups": {"begin_stock": ["neighbor PG peer-group"],
               "stock": [f"neighbor {ADDRESSES[s]} peer-group PG" for s in SERVERS] * 2 + ["neighbor PG timers 3 9"],
               "af": [f"neighbor PG {what}" for what in (*BESIDE, "prefix-list ULIST out", "prefix-list ULIST in")],
               "steps": {"stock": 12}},
    "peers": {"steps": {"recreate": 5}},
    "restart": {"steps": {"kill": 1.5, "restart": 1.5}},
    "policy": {"stock": ["bgp ebgp-requires-policy"] * 3 + ["bgp suppress-fib-pending"]},
}
PLACES = ("", "", "", "", " view blue", " vrf red")
