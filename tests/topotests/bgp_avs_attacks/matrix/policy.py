# SPDX-License-Identifier: GPL-2.0-or-later
"""
The policy and `match avs`, `set avs`: they say what a route is and how it is
represented, and give neither consent nor take anything back to where it came from.
"""
SOURCE = "design section 4, avs policy: what a map says is inside of rules 1 to 6 and 10"
HUB = ["0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "10.100.0.0/15"]
DMZ = ["10.20.0.0/15"]
# of neighbours without a role, and of the other route server
FOREIGN = ["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16"]
AVS = ["10.20.0.0/16", "10.21.0.0/24"]
ONPREM = ["10.100.0.0/16"]
# everything but the markers of the laboratory
ALL = ["ip prefix-list ALL seq 5 deny 10.250.0.0/16 le 32", "ip prefix-list ALL seq 10 permit 0.0.0.0/0 le 32"]
EVERYTHING = [*ALL, "route-map P permit 10", "match ip address prefix-list ALL", "set avs advertise exact", "exit"]
POLICY = "avs policy route-map P"
RESET = [("enable", "clear bgp *"), ("again", "R1", "R2")]
OPEN = {"how": "open", "since": "start", "top": []}
LEAK = {"sees": {"session": "R2", "prefix": "0.0.0.0/0"}}

ENTRIES = [
    {
        "name": "policy-everything-exact",
        "source": SOURCE,
        "top": EVERYTHING,
        "avs_more": [POLICY],
        # what contributes to no supernet leaves as it is, but not to its own side
        "plan": {"R1": HUB[:4] + FOREIGN + ONPREM, "R2": FOREIGN + AVS},
        "steps": [("type", "router bgp 64512", "address-family ipv4 unicast", "network 0.0.0.0/0"), *RESET],
        "flaps": 3,
        "control": {**OPEN, **LEAK},
    },
    {
        "name": "policy-undefined",
        "source": SOURCE,
        "avs_more": [POLICY],
        "plan": {"R1": [], "R2": []},
        "steps": [*RESET],
        "flaps": 3,
        "control": {**OPEN, **LEAK},
    },
    {
        "name": "policy-deleted-and-created",
        "source": SOURCE,
        "top": ["route-map P permit 10", "exit"],
        "avs_more": [POLICY],
        "plan": {"R1": HUB, "R2": DMZ},
        "steps": [("type", "no route-map P"), ("guard-only", "expect", "R1", []),
                  ("guard-only", "expect", "R2", []), *RESET,
                  ("type", "route-map P permit 10", "exit")],
        "final": {"R1": HUB, "R2": DMZ},
        "flaps": 3,
        "control": {**OPEN, **LEAK},
    },
    {
        "name": "policy-defined-later",
        "source": "second reading: the map exists, and the table was built without it",
        "top": ["ip prefix-list CLOUD permit 10.20.0.0/15 le 32"],
        "avs_more": [POLICY],
        "before": {"R1": [], "R2": []},
        # the map keeps the supernet's contributors back: not for one UPDATE does it leave
        "plan": {"R1": HUB, "R2": []},
        "steps": [("burst", "route-map P permit 10", "match ip address prefix-list CLOUD",
                   "set avs advertise none", "route-map P permit 20", "exit"),
                  ("announce", "SRC", ["10.5.0.0/16"], {}), ("guard-only", "expect", "R1", HUB), *RESET],
        "final": {"R1": HUB, "R2": []},
        "flaps": 3,
        "control": {**OPEN, **LEAK, "steps": RESET},
    },
    {
        "name": "policy-calls-an-owned-map",
        "source": SOURCE,
        "top": ["route-map P permit 10", "exit"],
        "avs_more": [POLICY],
        "plan": {"R1": HUB, "R2": DMZ},
        "steps": [("type", "route-map P permit 10", "!call AVS-OUT-hub", "!call P", "exit"), *RESET],
        "final": {"R1": HUB, "R2": DMZ},
        "flaps": 3,
        "control": {**OPEN, **LEAK},
    },
    {
        "name": "user-map-matches-everything",
        "source": SOURCE,
        "top": ["route-map USER permit 10", "match avs segment on-premises", "exit",
                "route-map USER permit 20", "match avs leak toward on-premises", "exit",
                "route-map USER permit 30", "match avs route learned", "exit",
                "route-map USER permit 40", "set avs as-path strip-azure",
                "set avs segment private-cloud", "set avs advertise exact", "exit"],
        "avs_more": ["avs route-server hub route-map USER out", "avs route-server dmz route-map USER out"],
        "plan": {"R1": HUB, "R2": DMZ},
        "steps": [*RESET],
        "flaps": 3,
        "control": {**OPEN, **LEAK},
    },
    {
        "name": "in-map-strips-azure",
        "source": SOURCE,
        "top": ["route-map STRIP permit 10", "set avs as-path strip-azure", "set avs segment private-cloud", "exit"],
        "avs_more": ["avs route-server hub route-map STRIP in", "avs route-server dmz route-map STRIP in"],
        "plan": {"R1": HUB, "R2": DMZ},
        "steps": [*RESET],
        "flaps": 3,
        "control": {**OPEN, **LEAK},
    },
]
