# SPDX-License-Identifier: GPL-2.0-or-later
"""
Further doors: what was observed and is away, the other hub, a default in another shape,
companions, lists of a peer-group.
"""
R1, R3 = "192.0.2.11", "192.0.2.15"
BGP = "router bgp 64512"
AF = [BGP, "address-family ipv4 unicast"]
GROUP = ["neighbor G peer-group", f"neighbor {R1} peer-group G"]
AVS = {"path": [65515, 12076, 398656]}
ONPREM = {"path": [65515, 12076, 64620]}
OTHER_HUB = {"path": [65515, 65520, 65520, 12076, 64620]}
CLOUD = [("10.20.0.0/16", AVS), ("10.21.0.0/24", AVS)]
SITE = "10.200.0.0/16"
HUB = ["0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "10.100.0.0/15"]
DMZ = ["10.20.0.0/15"]
# the hub reaches on-premises: no default, no companions, nothing of on-premises
REACHED = {"R1": [], "R2": DMZ}
SHORT = ["0.0.0.0/1", "128.0.0.0/1", "64.0.0.0/2", "8.0.0.0/5", "10.0.0.0/7"]
OPEN = {"how": "open", "since": "start", "sees": {"session": "R1", "prefix": "0.0.0.0/0"}}
LISTS = ["ip prefix-list L seq 5 deny any", "access-list L seq 5 deny any", "bgp as-path access-list L seq 5 deny .*"]


def grouped(name, line):
    """A knob of the peer-group that would hold back what is planned."""
    return {
        "name": f"group-{name}",
        "source": "faults of November 2026, F10: more filters than our slots",
        "top": LISTS,
        "bgp_more": GROUP,
        "steps": [("type", *AF, f"!neighbor G {line}"), ("enable", f"clear bgp {R1} soft out"), ("quiet", 1)],
        "never_withdrawn": {"R1": HUB},
        "control": {"how": "open", "sees": {"session": "R1", "event": "withdraw", "prefix": "0.0.0.0/0"},
                    "steps": [("type", *AF, f"neighbor G {line}"), ("enable", f"clear bgp {R1} soft out")]},
    }


ENTRIES = [
    grouped("prefix-list", "prefix-list L out"),
    grouped("distribute-list", "distribute-list L out"),
    grouped("filter-list", "filter-list L out"),
    {
        "name": "reach-observed-and-withdrawn",
        "source": "faults of November 2026, F7: observed reach is forgotten",
        "avs_more": ["avs segment-memory 1"],
        "routes": {"R1": [*CLOUD, (SITE, ONPREM)]},
        "plan": REACHED,
        "steps": [("withdraw", "R1", [SITE]), ("for", 4)],
        "control": OPEN,
    },
    {
        "name": "reach-by-who-comes-back",
        "source": "faults of November 2026, F8: one instance alone delivers on-premises, goes, and comes back",
        "avs_more": ["avs segment-memory 1", f"avs route-server hub neighbor {R3}"],
        "sessions": {"R3": {"address": R3, "as": 65515}},
        "routes": {"R1": [*CLOUD, (SITE, ONPREM)], "R3": CLOUD},
        "plan": {**REACHED, "R3": []},
        "steps": [("stop", "R1"), ("for", 4), ("start", "R1"), ("up", "R1"), ("for", 2)],
        "flaps": True,
        "control": OPEN,
    },
    {
        "name": "reach-through-the-other-hub",
        "source": "F5: on-premises behind the other hub of a virtual WAN",
        "routes": {"R1": [*CLOUD, (SITE, OTHER_HUB)]},
        "plan": REACHED,
        "steps": [("for", 2)],
        "control": OPEN,
    },
    {
        "name": "short-supernets-without-consent",
        "source": "faults of November 2026, D5: a default in another shape is not known as one",
        "af": [f"network {prefix}" for prefix in SHORT],
        # who reaches private-cloud alone may have them
        "before": {"R1": HUB, "R2": DMZ},
        "plan": {"R1": HUB + SHORT, "R2": DMZ},
        "steps": [("type", BGP, *(f"avs advertise supernet {p} unconditional" for p in SHORT)),
                  ("for", 2)],
        "control": {"how": "open", "since": "start", "sees": [{"session": "R2", "prefix": p} for p in SHORT]},
    },
    {
        "name": "halves-and-companions-where-on-premises-is-reached",
        "source": "D5: the default in two halves, and a companion, obey rule 2",
        "af": ["network 0.0.0.0/1", "network 128.0.0.0/1", "network 130.40.0.0/16"],
        "avs_more": ["avs advertise default form both", "avs advertise companion 130.40.0.0/16"],
        "routes": {"R1": [*CLOUD, (SITE, ONPREM)]},
        "plan": REACHED,
        "steps": [("for", 2)],
        "control": {"how": "open", "since": "start",
                    "sees": [{"session": "R1", "prefix": p} for p in ("0.0.0.0/1", "128.0.0.0/1", "130.40.0.0/16")]},
    },
]
