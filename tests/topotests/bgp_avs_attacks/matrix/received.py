# SPDX-License-Identifier: GPL-2.0-or-later
"""
A map of the user, or a knob of bgpd, rewrites what is received: where it is from stays known.

R1 is declared toward the private cloud alone and delivers on-premises routes as well, so the default and the
companions may not go there, whatever its paths look like afterwards.
"""
SOURCE = "faults of November 2026, F1: Microsoft's own guide has an in-map that takes Microsoft's numbers away"
BGP = "router bgp 64512"
R1 = "192.0.2.11"
ONPREM = ("172.20.0.0/16", {"path": [65515, 12076, 64620]})
CLOUD = ("10.20.0.0/16", {"path": [65515, 12076, 398656]})
EXCLUDE = ["route-map FROM permit 10", "set as-path exclude 65515 12076 398656", "exit"]
USE = "avs route-server hub route-map FROM in"
# rule 2: nothing of it without consent
PLAN = {"R1": [], "R2": ["10.20.0.0/15"]}
DEFAULT = {"session": "R1", "prefix": "0.0.0.0/0"}
OPEN = {"how": "open", "since": "start", "sees": DEFAULT}


def rewritten(name, lines, **more):
    """An entry whose user's map stands in our own in slot."""
    return {
        "name": name,
        "source": SOURCE,
        "top": lines,
        "avs_more": ["avs segment-memory 0", USE],
        "routes": {"R1": [CLOUD, ONPREM]},
        "plan": PLAN,
        "steps": [("type", "end", "clear bgp * soft in"), ("quiet", 2)],
        "control": {**OPEN, "af": [f"neighbor {R1} route-map FROM in"], "avs_more": []},
        **more,
    }


ENTRIES = [
    rewritten("in-map-excludes-azure", EXCLUDE),
    rewritten("in-map-excludes-and-prepends",
              ["route-map FROM permit 10", "set as-path exclude 65515 12076 398656",
               "set as-path prepend 64990 64990", "exit"]),
    rewritten("in-map-makes-it-a-private-cloud",
              ["bgp as-path access-list ONP seq 5 permit 64620", "route-map FROM permit 10", "match as-path ONP",
               "set as-path exclude 65515 12076 64620", "set as-path prepend 65515 12076 398656", "exit",
               "route-map FROM permit 20", "exit"]),
    rewritten("in-map-goes-on-and-calls",
              ["route-map OTHER permit 10", "set as-path exclude 12076", "exit",
               "route-map FROM permit 10", "call OTHER", "on-match next", "exit",
               "route-map FROM permit 20", "set as-path exclude 65515", "on-match goto 1000", "exit"]),
    rewritten("in-map-denies-on-premises",
              ["ip prefix-list ONP seq 5 permit 172.20.0.0/16", "route-map FROM deny 10",
               "match ip address prefix-list ONP", "exit", "route-map FROM permit 20", "exit"]),
    rewritten("in-map-typed-later", EXCLUDE, avs_more=["avs segment-memory 0"],
              steps=[("type", BGP, USE), ("quiet", 2), ("type", "end", "clear bgp * soft in"), ("quiet", 2),
                     ("type", BGP, f"no {USE}"), ("quiet", 3)],
              control={**OPEN, "steps": [("quiet", 1)]}),
    rewritten("in-map-and-a-policy-that-believes-it", EXCLUDE + [
        "bgp as-path access-list SHORT seq 5 permit ^64620$",
        "route-map POLICY permit 10", "match as-path SHORT", "set avs segment virtual-network", "exit",
        "route-map POLICY permit 20", "exit"],
              avs_more=["avs segment-memory 0", USE, "avs policy route-map POLICY"]),
    rewritten("in-map-and-a-line-that-believes-it", EXCLUDE + ["bgp as-path access-list SHORT seq 5 permit ^64620$"],
              avs_more=["avs segment-memory 0", USE, "avs segment virtual-network as-path-list SHORT"]),
    {
        "name": "local-as-in-front-of-what-is-received",
        "source": "bgpd puts it there itself, before any map",
        "bgp_more": [f"neighbor {R1} local-as 64600"],
        "routes": {"R1": [CLOUD, ONPREM]},
        "avs_more": ["avs segment-memory 0"],
        "plan": PLAN,
        "steps": [("type", "end", "clear bgp * soft in"), ("quiet", 2)],
        "control": OPEN,
    },
]
