# SPDX-License-Identifier: GPL-2.0-or-later
"""
Permit lists: they name what may leave, and neither consent nor take anything
back to where it came from.
"""
SOURCE = "design section 3, permit prefix-list: rules 2, 4 and 10 hold for what it names"
HUB = ["0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "10.100.0.0/15"]
DMZ = ["10.20.0.0/15"]
# of neighbours without a role, of this router, and of the other route server
REST = ["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16", "10.99.0.0/16"]
AVS = ["10.20.0.0/16", "10.21.0.0/24"]
# everything but the markers of the laboratory
ALL = ["ip prefix-list ALL seq 5 deny 10.250.0.0/16 le 32", "ip prefix-list ALL seq 10 permit 0.0.0.0/0 le 32"]
LINE = "avs route-server dmz permit prefix-list ALL"
RESET = [("enable", "clear bgp *"), ("again", "R1", "R2")]
OPEN = {"how": "open", "since": "start"}

ENTRIES = [
    {
        "name": "permit-list-of-everything",
        "source": SOURCE,
        "top": ALL,
        "avs_more": [LINE],
        "plan": {"R1": HUB, "R2": DMZ + REST + AVS},
        "steps": [("type", "router bgp 64512", "address-family ipv4 unicast", "network 0.0.0.0/0"),
                  *RESET],
        # the default route is this router's own there, and permitted; and R2's own prefix comes back
        "flaps": 3,
        "control": {**OPEN, "sees": {"session": "R2", "prefix": "0.0.0.0/0"}},
    },
    {
        "name": "permit-list-does-not-exist",
        "source": SOURCE,
        "avs_more": [LINE],
        "steps": [*RESET],
        "flaps": 3,
        "control": {**OPEN, "sees": {"session": "R2", "prefix": "10.1.0.0/16"}},
    },
    {
        "name": "permit-list-deleted",
        "source": SOURCE,
        "top": ALL,
        "avs_more": [LINE],
        "plan": {"R1": HUB, "R2": DMZ + REST + AVS},
        "steps": [("type", "no ip prefix-list ALL"), ("quiet", 3), *RESET],
        "final": {"R1": HUB, "R2": DMZ},
        "flaps": 3,
        "control": {**OPEN, "sees": {"session": "R2", "prefix": "10.1.0.0/16"}},
    },
    {
        "name": "permit-list-narrowed",
        "source": SOURCE,
        "top": ALL,
        "avs_more": [LINE],
        "plan": {"R1": HUB, "R2": DMZ + REST + AVS},
        "steps": [("type", "ip prefix-list ALL seq 1 deny 10.0.0.0/12 le 32"), ("quiet", 3)],
        "final": {"R1": HUB, "R2": DMZ + REST[4:] + AVS},
        "flaps": 3,
        "control": {**OPEN, "sees": {"session": "R2", "prefix": "10.1.0.0/16"}},
    },
]
