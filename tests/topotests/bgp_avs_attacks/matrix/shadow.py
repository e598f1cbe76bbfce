# SPDX-License-Identifier: GPL-2.0-or-later
"""
Shadow: what the user announces there by hand is his affair; what the module
originates for others is not.
"""
SOURCE = "design section 4, rule 12: in shadow nothing is originated and nothing is filtered"
HUB = ["0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "10.100.0.0/15"]
DMZ = ["10.20.0.0/15"]
# planned for both route servers
BOTH = "10.60.0.0/15"
# the policy that was there before the module
BY_HAND = ["10.1.0.0/16", "10.2.0.0/16"]
HAND = [*(f"ip prefix-list HAND permit {p}" for p in BY_HAND), "route-map HAND permit 10",
        "match ip address prefix-list HAND", "exit"]
N2 = "neighbor 192.0.2.12"
USE = [f"{N2} route-map HAND out"]
SHADOW = "avs route-server dmz guard shadow"
OPEN = {"how": "open", "since": "start", "sees": {"session": "R1", "prefix": "10.1.0.0/16"}}

ENTRIES = [
    {
        "name": "shadow-beside-an-enforced-route-server",
        "source": SOURCE,
        "avs_more": [SHADOW],
        "top": HAND,
        "af": USE,
        "plan": {"R1": HUB, "R2": BY_HAND},
        "steps": [("enable", "clear bgp *"), ("again", "R1", "R2")],
        "flaps": 3,
        "control": OPEN,
    },
    {
        "name": "shadow-with-an-unsuppress-map",
        "source": SOURCE,
        "avs_more": [SHADOW],
        "top": HAND,
        "af": [*USE, f"{N2} unsuppress-map PALL"],
        # it would let out what is originated for hub, so nothing is
        "plan": {"R1": [], "R2": BY_HAND},
        "steps": [("enable", "clear bgp *"), ("again", "R1", "R2")],
        "flaps": 3,
        "control": OPEN,
    },
    {
        "name": "shadow-with-owned-maps-left-over",
        "source": "second reading: from enforce to shadow, the owned maps are in the slots still",
        "avs_more": ["avs advertise supernet 10.60.0.0/15 unconditional"],
        "before": {"R1": [*HUB, BOTH], "R2": [*DMZ, BOTH]},
        "plan": {"R1": [*HUB, BOTH], "R2": [*DMZ, BOTH]},
        "steps": [("type", "router bgp 64512", SHADOW), ("quiet", 3)],
        "final": {"R1": [*HUB, BOTH], "R2": []},
        "control": {**OPEN, "steps": [("quiet", 3)]},
    },
    {
        "name": "shadow-ends",
        "source": SOURCE,
        "avs_more": [SHADOW],
        "top": HAND,
        "af": USE,
        "before": {"R1": HUB, "R2": BY_HAND},
        "plan": {"R1": HUB, "R2": BY_HAND + DMZ},
        "steps": [("type", "router bgp 64512", f"no {SHADOW}"), ("quiet", 3)],
        "final": {"R1": HUB, "R2": DMZ},
        "control": OPEN,
    },
]
