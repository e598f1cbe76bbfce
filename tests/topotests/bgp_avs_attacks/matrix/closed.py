# SPDX-License-Identifier: GPL-2.0-or-later
"""
Closed slots: AVS-DENY means that nothing leaves, beside an out-map neither.  A
neighbour is closed when its role is gone, in whatever state it was, when it looks like a
Route Server and has neither a role nor a policy, and when lines were lost.
"""
SOURCE = "faults-2026-11 F14: closed slots are not closed"
BGP = "router bgp 64512"
AF = [BGP, "address-family ipv4 unicast"]
R1, R2, R3 = "192.0.2.11", "192.0.2.12", "192.0.2.15"
N2, N3 = f"neighbor {R2}", f"neighbor {R3}"
HUB = ["0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "10.100.0.0/15"]
DMZ = ["10.20.0.0/15"]
GO = [f"no avs route-server dmz neighbor {R2}"]
LINES = ["avs route-server hub neighbor 192.0.2.11", "avs route-server hub toward private-cloud",
         f"avs route-server dmz neighbor {R2}", "avs route-server dmz toward on-premises",
         "avs advertise default toward private-cloud", "avs advertise companions toward private-cloud",
         "avs advertise supernet 10.100.0.0/15 toward private-cloud",
         "avs advertise supernet 10.20.0.0/15 toward on-premises", "avs quiet-period 1", "avs hold-down 0"]
LEAK = {"session": "R2", "prefix": "0.0.0.0/0"}
# no network 0.0.0.0/0: what arrives is what default-originate told
PLAIN = {"source": SOURCE, "network": ["network 10.99.0.0/16"]}
DENIED = {"how": "closed", "sees": LEAK}
# line of neighbour N, what stock does with it
KNOBS = [
    ("default-originate", "N default-originate", LEAK),
    ("default-originate-map", "N default-originate route-map PALL", LEAK),
    ("advertise-map", "N advertise-map PALL exist-map PALL", {"session": "R2", "prefix": "10.1.0.0/16"}),
    ("unsuppress-map", "N unsuppress-map PALL", {"session": "R2", "prefix": "10.1.0.0/16"}),
]


def knobs(name, line, sees):
    """The knob on a former role neighbour, typed and from file, and on its peer-group."""
    mine = line.replace("N ", f"{N2} ", 1)
    more = {"af": ["aggregate-address 10.0.0.0/14 summary-only"]} if name == "unsuppress-map" else {}
    wait = [("for", 6)] if name == "advertise-map" else []
    control = {**DENIED, "sees": sees, "steps": [("type", *AF, mine), *wait]}
    yield {
        **PLAIN, **more,
        "name": f"former-role-{name}",
        "steps": [("type", BGP, *GO), ("quiet", 2), ("type", *AF, "!" + mine), *wait,
                  ("type", BGP, *["no " + line for line in LINES]), ("quiet", 2), ("type", *AF, "!" + mine), *wait],
        "final": {"R1": [], "R2": []},
        "control": control,
    }
    yield {
        **PLAIN, **more,
        "name": f"former-role-group-{name}",
        "bgp_more": ["neighbor G peer-group"],
        "steps": [("type", BGP, *GO), ("quiet", 2), ("type", *AF, line.replace("N ", "neighbor G ", 1)),
                  ("type", BGP, f"{N2} peer-group G"), ("again", "R2"), *wait,
                  ("type", *AF, "!" + line.replace("N ", "neighbor G ", 1))],
        "final": {"R1": HUB[:4], "R2": []},
        # a map that is in force lets nothing of an unsuppress-map be originated
        **({"final": {"R2": []}} if name == "unsuppress-map" else {}),
        "flaps": True,
        "control": control,
    }
    yield {
        **PLAIN, **more,
        "name": f"former-role-in-the-file-{name}",
        # as `write memory` leaves it: the slots of a role, and no avs line
        "avs": [],
        "af": more.get("af", []) + [f"{N2} route-map AVS-OUT-dmz out", f"{N2} route-map AVS-IN-dmz in", mine,
                                    f"neighbor {R1} route-map AVS-OUT-hub out"],
        "plan": {"R1": [], "R2": []},
        "steps": [("enable", f"clear bgp ipv4 unicast {R2} soft out"), *wait],
        "flaps": 1,
        "control": {**control, "af": more.get("af", []) + [mine], "since": "start"},
    }
    yield {
        **PLAIN, **more,
        "name": f"never-a-role-{name}",
        "sessions": {"R3": {"address": R3, "as": 65515}},
        "plan": {"R1": HUB, "R2": DMZ, "R3": []},
        # in a file of vtysh as well: it passes the same judge
        "steps": [("type", *AF, "!" + line.replace("N ", f"{N3} ", 1)),
                  ("vtysh-file", "router bgp 64512", " address-family ipv4 unicast",
                   "  " + line.replace("N ", f"{N3} ", 1)), *wait],
        "control": control,
    }


ENTRIES = [entry for knob in KNOBS for entry in knobs(*knob)] + [
    {
        **PLAIN,
        "name": "never-a-role-default-originate-from-file",
        "sessions": {"R3": {"address": R3, "as": 65515}},
        "af": [f"{N3} default-originate"],
        "plan": {"R1": HUB, "R2": DMZ, "R3": []},
        "steps": [("enable", "clear bgp *"), ("again", "R1", "R2", "R3")],
        "flaps": 2,
        "control": {"how": "closed", "since": "start", "sees": {"session": "R3", "prefix": "0.0.0.0/0"}},
    },
    {
        **PLAIN,
        "name": "policy-that-goes-leaves-no-default-originate",
        "sessions": {"R3": {"address": R3, "as": 65515}},
        "top": ["route-map NONE deny 10", "exit"],
        "af": [f"{N3} route-map NONE out", f"{N3} default-originate"],
        # a policy of the user's own is his affair, until it goes
        "before": {"R1": HUB, "R2": DMZ, "R3": ["0.0.0.0/0"]},
        "plan": {"R1": HUB, "R2": DMZ, "R3": ["0.0.0.0/0"]},
        "steps": [("type", *AF, f"no {N3} route-map NONE out"), ("quiet", 2)],
        "final": {"R1": HUB, "R2": DMZ, "R3": []},
        "control": {"how": "closed", "since": "start", "sees": {"session": "R3", "prefix": "0.0.0.0/0"}},
    },
    {
        **PLAIN,
        "name": "role-goes-from-monitor",
        "avs_more": ["avs route-server dmz guard monitor"],
        # what monitor lets out is no leak; what leaves after the role has gone is
        "window": True,
        "before": {},
        "steps": [("type", BGP, "no avs route-server dmz guard monitor", *GO), ("quiet", 3), ("mark",),
                  ("type", *AF, f"!{N2} default-originate"),
                  ("enable", f"clear bgp ipv4 unicast {R2} soft out")],
        "final": {"R1": HUB[:4], "R2": []},
        "control": {**DENIED, "steps": [("type", *AF, f"{N2} default-originate")]},
    },
]
