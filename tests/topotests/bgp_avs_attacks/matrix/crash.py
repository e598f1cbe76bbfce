# SPDX-License-Identifier: GPL-2.0-or-later
"""
What ends stock bgpd where a map denies 0/0: subgroup_default_originate() gives back a
reference to the AS path of the table (doc/upstream.rst).  The default of these entries
is learned, with an AS path that nobody shares, and every way into that function is
tried while it is denied.  What was freed is used when the path goes, and when another comes.
"""
SOURCE = "upstream.rst: subgroup_default_originate() unrefs what it does not own"
AF = ["router bgp 64512", "address-family ipv4 unicast"]
R2 = "192.0.2.12"
N2 = f"neighbor {R2}"
NO = f"no {N2} default-originate"
HUB = ["0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "10.100.0.0/15"]
DMZ = ["10.20.0.0/15"]
BY_HAND = ["10.1.0.0/16", "10.2.0.0/16"]
HAND = [*(f"ip prefix-list HAND permit {p}" for p in BY_HAND), "route-map HAND permit 10",
        "match ip address prefix-list HAND", "exit"]
# one reference is lost each time: more often than the path has owners
OFTEN = 12
LEARNED = {"path": [64999, 64901, 64902]}
LATER = {"path": [64999, 64903, 64904]}
# use what may have been freed: clear, replace, withdraw, and once more
USE = [
    ("enable", "show bgp ipv4 unicast 0.0.0.0/0", "clear bgp ipv4 unicast * soft out", "show bgp ipv4 unicast paths"),
    ("announce", "SRC", ["0.0.0.0/0"], LATER),
    ("quiet", 1),
    ("withdraw", "SRC", ["0.0.0.0/0"]),
    ("quiet", 1),
    ("announce", "SRC", ["0.0.0.0/0"], LEARNED),
    ("quiet", 1),
    ("enable", "show bgp attribute-info", "clear bgp ipv4 unicast * soft out"),
    ("quiet", 1),
]
BASE = {
    "source": SOURCE,
    "routes": {"SRC": [("0.0.0.0/0", LEARNED), *((f"10.{n}.0.0/16", {}) for n in (1, 2, 3, 4))]},
    "network": ["network 10.99.0.0/16"],
}
# the same lines do it on stock bgpd, with a map by hand that denies
DIED = {"how": "closed", "sees": "died"}
STOCK = {**DIED, "steps": [("type", *AF, *[NO] * OFTEN), *USE]}
FIXED = {"no_control_from": ((10,), "10.x gives back the reference that it took")}
GROUP = ["neighbor G peer-group", f"{N2} peer-group G"]
SHADOW = "avs route-server dmz guard shadow"
SAID = {"avs_more": [SHADOW], "top": HAND,
        "before": {"R1": HUB, "R2": ["0.0.0.0/0", *BY_HAND]},
        "plan": {"R1": HUB, "R2": ["0.0.0.0/0", *BY_HAND, *DMZ]},
        "final": {"R1": HUB, "R2": DMZ}}

ENTRIES = [
    {
        **BASE, **FIXED,
        "name": "crash-no-default-originate-typed",
        "steps": [("type", *AF, *[NO] * OFTEN), *USE],
        "control": STOCK,
    },
    {
        **BASE, **FIXED,
        "name": "crash-no-default-originate-in-bgp-node",
        "steps": [("type", "router bgp 64512", *[NO + " route-map HAND"] * OFTEN), *USE],
        "control": STOCK,
    },
    {
        **BASE, **FIXED,
        "name": "crash-default-originate-from-file",
        "af": [f"{N2} default-originate"],
        "steps": [("enable", "clear bgp *"), ("again", "R1", "R2"), ("type", *AF, *[NO] * OFTEN), *USE],
        "flaps": 3,
        "control": {**DIED, "steps": [("type", *AF, *[NO] * OFTEN), *USE]},
    },
    {
        **BASE, **FIXED,
        "name": "crash-no-default-originate-of-the-group",
        "bgp_more": GROUP,
        "af": ["neighbor G default-originate"],
        "steps": [
            *[("type", *AF, "no neighbor G default-originate")] * OFTEN,
            *USE,
        ],
        "control": {**DIED, "steps": [("type", *AF, *["no neighbor G default-originate"] * OFTEN), *USE]},
    },
    {
        **BASE, **FIXED,
        "name": "crash-joins-a-group-with-default-originate",
        "steps": [
            ("type", "router bgp 64512", "neighbor G peer-group", "address-family ipv4 unicast",
             "neighbor G default-originate", "exit",
             *[f"{N2} peer-group G", f"no {N2} peer-group G", f"{N2} remote-as 65515"] * 2,
             f"{N2} peer-group G"),
            ("again", "R2"),
            *USE,
        ],
        "flaps": True,
        "control": STOCK,
    },
    {
        **BASE, **FIXED, **SAID,
        "name": "crash-leaves-shadow",
        "af": [f"{N2} route-map HAND out", f"{N2} default-originate"],
        # leaving and entering again, each with the setting
        "steps": [
            *[step for _ in range(4) for step in (
                ("type", "router bgp 64512", f"no {SHADOW}"), ("quiet", 2),
                ("type", "router bgp 64512", SHADOW), ("quiet", 2),
                ("type", *AF, f"{N2} default-originate"), ("quiet", 2))],
            ("type", "router bgp 64512", f"no {SHADOW}"), ("quiet", 2),
            *USE,
        ],
        "control": STOCK,
    },
    {
        **BASE, **FIXED, **SAID,
        "name": "crash-leaves-shadow-with-a-map",
        "top": [*HAND, "route-map DEF permit 10", "exit"],
        "af": [f"{N2} route-map HAND out", f"{N2} default-originate route-map DEF"],
        "steps": [
            ("type", "route-map DEF deny 5"), ("for", 2),
            ("type", "no route-map DEF deny 5"), ("for", 2),
            ("type", "no route-map DEF"), ("for", 2),
            ("type", "route-map DEF permit 10"), ("for", 2),
            ("enable", f"clear bgp ipv4 unicast {R2} soft out"),
            ("type", "router bgp 64512", f"no {SHADOW}"), ("quiet", 2),
            ("type", "no route-map DEF"), ("for", 2),
            ("type", "route-map DEF permit 10"), ("for", 2),
            ("type", *AF, *[NO] * OFTEN),
            *USE,
        ],
        "control": STOCK,
    },
    {
        **BASE, **FIXED, **SAID,
        "name": "crash-no-default-originate-in-shadow",
        # the user's own map denies 0/0 as well
        "af": [f"{N2} route-map HAND out", f"{N2} default-originate"],
        "steps": [
            ("type", *AF, *[NO] * OFTEN), ("quiet", 2),
            ("expect", "R2", BY_HAND),
            *USE,
        ],
        "final": {"R1": HUB, "R2": BY_HAND},
        "control": {**STOCK, "how": "open"},
    },
    {
        **BASE, **FIXED,
        "name": "crash-former-role-neighbor",
        "steps": [
            ("type", "router bgp 64512", f"no avs route-server dmz neighbor {R2}"), ("quiet", 2),
            ("type", *AF, *[NO] * OFTEN),
            ("type", "router bgp 64512", f"avs route-server dmz neighbor {R2}"), ("quiet", 2),
            *USE,
        ],
        "control": STOCK,
    },
    {
        **BASE, **FIXED,
        "name": "crash-closed-without-lines",
        "steps": [
            ("type", "router bgp 64512", *[f"no {line}" for line in (
                f"avs route-server dmz neighbor {R2}", "avs route-server dmz toward on-premises",
                "avs route-server hub neighbor 192.0.2.11", "avs route-server hub toward private-cloud")]),
            ("quiet", 2),
            ("type", *AF, *[NO] * OFTEN),
            *USE,
        ],
        "final": {"R1": [], "R2": []},
        "control": STOCK,
    },
    {
        **BASE,
        "name": "default-originate-becomes-the-planned-default",
        "source": "design section 4, rule 12: leaving shadow withdraws nothing that is planned",
        "avs_more": ["avs route-server hub guard shadow"],
        "top": ["route-map NONE deny 10", "exit"],
        "af": ["neighbor 192.0.2.11 route-map NONE out", "neighbor 192.0.2.11 default-originate"],
        "before": {"R1": ["0.0.0.0/0"], "R2": DMZ},
        "plan": {"R1": HUB, "R2": DMZ},
        "steps": [("type", "router bgp 64512", "no avs route-server hub guard shadow"), ("quiet", 3)],
        "never_withdrawn": {"R1": ["0.0.0.0/0"]},
        "no_control": "nothing to leak: what must not happen is a withdrawal",
    },
    {
        **BASE,
        "name": "crash-soo-of-the-group",
        "source": "upstream.rst: a member frees the site of origin of its peer-group",
        "steps": [
            ("type", "router bgp 64512", "neighbor G peer-group", "address-family ipv4 unicast",
             "neighbor G soo 64512:1", "exit", f"{N2} peer-group G"),
            *[("type", "router bgp 64512", f"no {N2}", f"{N2} remote-as 65515", f"{N2} peer-group G")] * 3,
            ("type", "router bgp 64512", f"no {N2} peer-group G", "no neighbor G peer-group", f"{N2} remote-as 65515"),
            ("again", "R2"),
        ],
        "flaps": True,
        "control": DIED,
    },
    {
        **BASE,
        "name": "crash-in-map-denies-and-a-stranger-asks",
        "source": "review: the parts of a denied route were freed while they were noted",
        "top": ["ip prefix-list P9 seq 5 permit 10.209.0.0/16 le 32", "route-map FROM deny 10",
                "match ip address prefix-list P9", "exit", "route-map FROM permit 20", "exit",
                "route-map ASK permit 10", "match avs segment private-cloud", "exit",
                "route-map ASK permit 20", "exit"],
        "avs_more": ["avs route-server hub route-map FROM in"],
        "af": ["neighbor 192.0.2.14 route-map ASK in"],
        "steps": [step for n in range(4) for step in (
            ("announce", "R1", [f"10.209.{n}.0/24"],
             {"path": [65515, 12076, 398656, 64801 + n], "communities": [f"64801:{n}"]}),
            ("announce", "SRC", [f"10.5.{n}.0/24"], {"path": [64999, 64811 + n]}),
            ("quiet", 1))],
        "plan": {"R1": HUB, "R2": DMZ},
        "final": None,
        "no_control": "nothing to leak: the sanitizer build reads what was freed",
    },
]
