# SPDX-License-Identifier: GPL-2.0-or-later
"""
Rule 2: what is not known of a route server's reach counts as on-premises reached.
"""
R1 = "192.0.2.11"
N1 = f"neighbor {R1}"
AVS = {"path": [65515, 12076, 398656]}
ONPREM = {"path": [65515, 12076, 64620]}
# a VPN gateway, or the other hub of a virtual WAN, by an AS that nobody knows
UNKNOWN = {"path": [65515, 64620]}
# no default, no companions
SAFE = {"R1": ["10.100.0.0/15"], "R2": ["10.20.0.0/15"]}
OPEN = {"how": "open", "since": "start", "sees": {"session": "R1", "prefix": "0.0.0.0/0"}}
HIDDEN = [("10.20.0.0/16", AVS), ("10.21.0.0/24", AVS), ("10.200.0.0/16", ONPREM)]
LISTS = ["ip prefix-list ONLY seq 5 permit 10.20.0.0/15 le 24", "access-list 10 seq 5 permit 10.20.0.0/15",
         "bgp as-path access-list PATHS seq 5 permit _398656$"]


def hidden(name, *lines):
    """A list in front of us hides the on-premises routes of R1."""
    return {
        "name": f"reach-hidden-by-{name}",
        "source": "faults of November 2026, F6: what cannot be seen opens",
        "top": LISTS,
        "af": list(lines),
        "routes": {"R1": HIDDEN},
        "plan": SAFE,
        "steps": [("for", 2)],
        "control": OPEN,
    }


def dropped(name, what, path, **more):
    """bgpd drops the on-premises route of R1 before any map is asked."""
    routes = [("10.20.0.0/16", AVS), ("10.21.0.0/24", AVS), ("10.200.0.0/16", path)]
    return [{
        "name": f"reach-dropped-{name}",
        "source": f"F6 by bgpd itself: {what}",
        "routes": {"R1": routes},
        "plan": {"R1": [], "R2": SAFE["R2"]},
        # told again, it is seen again
        "steps": [("for", 2), ("enable", "clear bgp avs reach hub"), ("for", 2)],
        "control": OPEN,
        **more,
    }]


ENTRIES = [
    hidden("prefix-list", f"{N1} prefix-list ONLY in"),
    hidden("distribute-list", f"{N1} distribute-list 10 in"),
    hidden("filter-list", f"{N1} filter-list PATHS in"),
    *dropped("loop", "this router's own AS number", {"path": [65515, 12076, 64620, 64512]}),
    *dropped("loop-unknown", "the same, by an AS that nobody knows", {"path": [65515, 64620, 64512]}, plan=SAFE),
    *dropped("loop-local-as", "the number that local-as shows", {"path": [65515, 12076, 64620, 64520, 64520]},
             bgp_more=[f"{N1} local-as 64520"]),
    *dropped("confederation", "the confederation's number", {"path": [65515, 12076, 64620, 64530]},
             bgp_more=["bgp confederation identifier 64530"], own_as=64530),
    # the default there; before it a line does so, and is a filter
    *dropped("as-set", "an AS_SET, where they are rejected", {"path": [65515, 12076, 64620, [64700]]},
             **{"from": (10, 7)}),
    {
        "name": "reach-unclassified",
        "source": "faults of November 2026, F5: unknown opens",
        "routes": {"R1": [("10.20.0.0/16", AVS), ("10.21.0.0/24", AVS), ("10.200.0.0/16", UNKNOWN)]},
        "plan": SAFE,
        "steps": [("for", 2)],
        "control": OPEN,
    },
    {
        "name": "reach-hidden-by-a-next-hop",
        "source": "F6 by bgpd itself: a path whose next hop is this router is dropped behind the in-map",
        "routes": {"R1": [("10.20.0.0/16", AVS), ("10.21.0.0/24", AVS), ("10.200.0.0/16", {**ONPREM, "next_hop": "192.0.2.1"})]},
        "plan": {"R1": [], "R2": SAFE["R2"]},
        # told again, it is seen again
        "steps": [("enable", "clear bgp avs reach hub"), ("for", 2),
                  ("type", "router bgp 64512", "avs segment on-premises prefix 10.230.0.0/16"), ("for", 2)],
        "control": OPEN,
    },
    {
        "name": "reach-under-another-name",
        "source": "F7: what was observed is forgotten when the route server gets another name in one paste",
        "routes": {"R1": HIDDEN},
        "plan": {"R1": [], "R2": SAFE["R2"]},
        "allowed": SAFE,
        "steps": [("withdraw", "R1", ["10.200.0.0/16"]), ("quiet", 1),
                  ("burst", "router bgp 64512", f"no avs route-server hub neighbor {R1}",
                   "no avs route-server hub toward private-cloud", f"avs route-server new neighbor {R1}",
                   "avs route-server new toward private-cloud"), ("for", 4)],
        "flaps": True,
        "control": OPEN,
    },
    {
        "name": "reach-hidden-by-an-undefined-in-map",
        "source": "review: a map that is named and not defined denies everything before it was seen",
        "avs_more": ["avs route-server hub route-map TYPO in"],
        "routes": {"R1": HIDDEN},
        # nothing of R1 is learned
        "plan": {**SAFE, "R2": []},
        "steps": [("for", 2)],
        "control": {**OPEN, "avs_more": []},
    },
]
