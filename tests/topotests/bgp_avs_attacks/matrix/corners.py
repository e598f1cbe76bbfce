# SPDX-License-Identifier: GPL-2.0-or-later
"""
Two features that meet: names, broken files, reach that is learned late, next
hops that come and go, other instances.
"""
AF = ["router bgp 64512", "address-family ipv4 unicast"]
BGP = "router bgp 64512"
R1, R2, R3 = "192.0.2.11", "192.0.2.12", "192.0.2.15"
PLAIN = "192.0.2.13"
N1, N2, N3 = f"neighbor {R1}", f"neighbor {R2}", f"neighbor {R3}"
HUB = ["0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "10.100.0.0/15"]
DMZ = ["10.20.0.0/15"]
COMPANIONS = HUB[1:4]
NOTHING = {"R1": [], "R2": []}
DEFAULT = "avs advertise default toward private-cloud"
ROLES = [
    f"avs route-server hub neighbor {R1}",
    "avs route-server hub toward private-cloud",
    f"avs route-server dmz neighbor {R2}",
    "avs route-server dmz toward on-premises",
]
PLANNED = [
    DEFAULT,
    "avs advertise companions toward private-cloud",
    "avs advertise supernet 10.100.0.0/15 toward private-cloud",
    "avs advertise supernet 10.20.0.0/15 toward on-premises",
]
LEAK = {"session": "R2", "prefix": "10.1.0.0/16"}
OPEN = {"how": "open", "sees": LEAK}
OPEN_ALWAYS = {**OPEN, "since": "start"}
NO_DEFAULT = {"network": ["network 10.99.0.0/16"]}
ONPREM = {"path": [65515, 12076, 64620]}
# nothing leads there but what an entry adds
FAR = "10.120.255.9"
LONG = "V" * 200
BOTH_IN_HUB = [
    "avs quiet-period 1",
    f"avs route-server hub neighbor {R1}",
    f"avs route-server hub neighbor {R2}",
    "avs route-server hub toward private-cloud",
    DEFAULT,
    "avs advertise companions toward private-cloud",
]
TWO_CLEARS = [("enable", "clear bgp *"), ("again", "R1", "R2"), ("marker",), ("mark",),
              ("enable", "clear bgp *"), ("again", "R1", "R2")]
NEW_TARGET = ["no " + DEFAULT, "avs advertise default toward on-premises"]


def new_target(verb):
    """The target of the default changes while hub reaches both segments."""
    return {
        "name": f"default-changes-its-target-{verb}",
        "source": "review: a refused default whose target is changed",
        "avs_more": ["avs route-server hub global-reach on-premises"],
        "before": {"R1": [], "R2": DMZ},
        # hub reaches more than the line names
        "allowed": {"R1": [], "R2": DMZ + HUB[:1]},
        "steps": [(verb, BGP, *NEW_TARGET), ("for", 3)],
        "final": {"R1": [], "R2": DMZ + HUB[:1]},
        "control": {"how": "open", "since": "start",
                    "sees": {"session": "R1", "prefix": "0.0.0.0/0"}},
    }


ENTRIES = [
    # names
    {
        "name": "two-route-servers-in-a-long-view",
        "source": "review: names of owned maps that are cut off are the same",
        "instance": f"view {LONG}",
        "avs": ["avs quiet-period 1",
                f"avs route-server aaa neighbor {R1}", "avs route-server aaa toward private-cloud",
                f"avs route-server bbb neighbor {R2}", "avs route-server bbb toward on-premises",
                *PLANNED[:2]],
        "plan": {"R1": HUB[:4], "R2": []},
        "steps": [("enable", f"clear bgp view {LONG} *"), ("again", "R1", "R2")],
        "flaps": 2,
        "control": OPEN_ALWAYS,
    },
    *[
        {
            "name": f"user-map-is-an-owned-map-{name}-{way}",
            "source": "review: the module's own maps as the user's map",
            "steps": [("type", BGP, f"!avs route-server hub route-map {name} {way}"), ("marker",),
                      ("enable", "clear bgp *"), ("again", "R1", "R2")],
            "flaps": 2,
            "no_control": "stock FRR does not have the line; bgpd must live and the plan stay",
        }
        for name, way in (("AVS-IN-hub", "in"), ("AVS-IN-dmz", "in"), ("AVS-OUT-hub", "out"))
    ],
    *[
        {
            "name": f"user-map-is-an-owned-map-from-file-{name}-{way}",
            "source": "review: the module's own maps as the user's map",
            "start": "file",
            "avs_more": [f"avs route-server hub route-map {name} {way}"],
            "before": {},
            "final": None,
            "steps": [("enable", "clear bgp *"), ("again", "R1", "R2")],
            "flaps": 2,
            "control": OPEN_ALWAYS,
        }
        for name, way in (("AVS-IN-hub", "in"), ("AVS-IN-dmz", "in"), ("AVS-OUT-hub", "out"))
    ],

    # files
    {
        "name": "file-without-exit-and-a-wrong-line",
        "source": "review: a wrong line of FRR's own drops the avs lines of its batch",
        "start": "file",
        "open_end": ["ip prefix-list BAD seq 5 permit 10.0.0.0/24 ge 16"],
        "plan": NOTHING,
        "steps": [("logged", "AVS: .*were dropped with a wrong line"),
                  ("enable", "clear bgp *"), ("again", "R1", "R2")],
        "flaps": 2,
        "control": OPEN_ALWAYS,
    },
    {
        "name": "evpn-network-line-from-file",
        "source": "review: a network line of EVPN is not another table of ours",
        "families": ["address-family l2vpn evpn",
                     " network 10.9.0.0/24 rd 1:1 ethtag 0 label 100 esi"
                     " 00:11:22:33:44:55:66:77:88:99 gwip 1.2.3.4 routermac 00:11:22:33:44:55",
                     "exit-address-family"],
        "steps": [("enable", "clear bgp *"), ("again", "R1", "R2")],
        "flaps": 2,
        "control": OPEN_ALWAYS,
    },
    {
        "name": "evpn-network-line-typed",
        "source": "review: a network line of EVPN is not another table of ours",
        "steps": [("type", BGP, "address-family l2vpn evpn",
                   "network 10.9.0.0/24 rd 1:1 ethtag 0 label 100 esi"
                   " 00:11:22:33:44:55:66:77:88:99 gwip 1.2.3.4 routermac 00:11:22:33:44:55")],
        "silent": True,
        "no_control": "nothing is to be refused: the point is that the plan stays as it is",
    },

    # reach
    new_target("type"),
    new_target("burst"),
    {
        "name": "hub-delivers-on-premises",
        "source": "review: what is observed counts before the first UPDATE, at every start",
        "avs": BOTH_IN_HUB,
        "routes": {n: [("10.100.0.0/16", ONPREM)] for n in ("R1", "R2")},
        "plan": NOTHING,
        "steps": TWO_CLEARS,
        "flaps": 3,
        "control": OPEN_ALWAYS,
    },
    *[
        {
            "name": f"hub-delivers-on-premises-{name}",
            "source": f"F4: on-premises that does not look like it: {why}",
            "avs": BOTH_IN_HUB,
            # 10.7 would withdraw it before anybody saw it
            "bgp_more": ["no bgp reject-as-sets"],
            "routes": {n: [("10.100.0.0/16", attributes)] for n in ("R1", "R2")},
            "plan": NOTHING,
            "steps": TWO_CLEARS,
            "flaps": 3,
            "control": OPEN_ALWAYS,
        }
        for name, why, attributes in (
            ("as-set", "aggregate-address as-set", {"path": [65515, 12076, 64620, [64700, 64701]]}),
            ("all-set", "a set right behind the circuit", {"path": [65515, 12076, [64620, 64700]]}),
            ("set-behind-avs", "a set behind an AS of AVS", {"path": [65515, 12076, 398656, [64700]]}),
            ("virtual-hub", "the other hub of a Virtual WAN", {"path": [65515, 65520, 65520, 12076, 64620]}),
            ("returned", "came back through the customer", {"path": [65515, 12076, 64620, 12076]}),
            ("gateway", "a VPN gateway", {"path": [65515, 64620], "communities": ["65517:65517"]}),
            ("static-vpn", "a static VPN", {"path": [65515], "communities": ["65517:65517"]}),
        )
    ],
    {
        "name": "neighbor-moved-to-hub",
        "source": "review: a neighbour brings its on-premises routes along",
        "steps": [("burst", BGP, f"no avs route-server dmz neighbor {R2}",
                   f"avs route-server hub neighbor {R2}"), ("for", 3)],
        "final": NOTHING,
        "control": {**OPEN, "steps": [("enable", "clear bgp ipv4 unicast * soft out")],
                    "sees": {"session": "R2", "prefix": "0.0.0.0/0"}},
    },

    # next hops
    {
        "name": "learned-default-becomes-usable",
        "source": "review: a default of dmz whose next hop becomes reachable",
        **NO_DEFAULT,
        "avs": ["avs quiet-period 1", *ROLES, "avs route-server hub toward on-premises",
                "avs advertise default toward on-premises"],
        "routes": {"R2": [("10.100.0.0/16", ONPREM), ("0.0.0.0/0", {**ONPREM, "next_hop": FAR})]},
        "before": {},
        "allowed": {"R1": HUB[:1], "R2": HUB[:1]},
        "require": {n: {"0.0.0.0/0": {"path": [64512]}} for n in ("R1", "R2")},
        "steps": [("run", "ip route add 10.120.255.0/24 via 192.0.2.14"), ("for", 3)],
        "final": None,
        "control": {"how": "open", "bgp_more": [f"{N2} ebgp-multihop 2"],
                    "sees": {"session": "R1", "prefix": "0.0.0.0/0", "path_has": 64620}},
    },
    {
        "name": "learned-default-becomes-usable-hub-reaches-both",
        "source": "review: a default of dmz whose next hop becomes reachable",
        **NO_DEFAULT,
        "avs": ["avs quiet-period 1", *ROLES, "avs route-server hub global-reach on-premises",
                DEFAULT],
        "routes": {"R2": [("10.100.0.0/16", ONPREM), ("0.0.0.0/0", {**ONPREM, "next_hop": FAR})]},
        "plan": NOTHING,
        "steps": [("run", "ip route add 10.120.255.0/24 via 192.0.2.14"), ("for", 3)],
        "control": {"how": "open", "bgp_more": [f"{N2} ebgp-multihop 2"],
                    "sees": {"session": "R1", "prefix": "0.0.0.0/0", "path_has": 64620}},
    },
    {
        "name": "discard-route-is-no-next-hop",
        "source": "review: a discard route makes an unreachable next hop valid",
        "sessions": {"R3": {"address": R3, "as": 65515}},
        "routes": {"R3": [("10.77.0.0/16",
                           {"path": [65515, 12076, 398656], "next_hop": FAR})]},
        "avs_more": [f"avs route-server hub neighbor {R3}"],
        "plan": {"R1": HUB, "R2": DMZ, "R3": HUB},
        "allowed": {n: HUB + DMZ + ["10.120.0.0/16"] for n in ("R1", "R2", "R3")},
        "plain_never_sees": ["10.77.0.0/16", "10.120.0.0/16"],
        "steps": [("type", BGP, "avs advertise supernet 10.120.0.0/16 unconditional"), ("for", 3)],
        "final": None,
        "control": {"how": "open", "bgp_more": [f"{N3} ebgp-multihop 2"],
                    "steps": [("run", "ip route add blackhole 10.120.0.0/16"), ("for", 2)],
                    "sees": {"session": "PLAIN", "prefix": "10.77.0.0/16"}},
    },
    {
        "name": "invalid-default-of-a-plain-neighbor",
        "source": "review: a path that is not valid stands in the way of the originated default",
        **NO_DEFAULT,
        # or else its next hop resolves over the default itself, later releases' way
        "top": ["no ip nht resolve-via-default"],
        "bgp_more": [f"neighbor {PLAIN} ebgp-multihop 2"],
        "avs": ["avs quiet-period 1", *ROLES, *PLANNED[1:]],
        "plan": {"R1": HUB, "R2": DMZ},
        "before": {"R1": HUB[1:], "R2": DMZ},
        "require": {"R1": {"0.0.0.0/0": {"path": [64512]}}},
        "steps": [("run", "ip route add 10.130.0.0/24 via 192.0.2.14"),
                  ("announce", "PLAIN", ["0.0.0.0/0"], {"next_hop": "10.130.0.9"}), ("for", 2),
                  ("run", "ip route del 10.130.0.0/24"), ("for", 2), ("marker",),
                  ("type", BGP, DEFAULT), ("expect", "R1", HUB)],
        "no_control": "not a leak: the default that is planned must come",
    },

    # other ways out
    {
        "name": "unsuppress-map-in-the-quiet-period",
        "source": "review: the lines are gone, what was originated is not yet",
        "avs": ["avs quiet-period 20", *ROLES, *PLANNED],
        "steps": [("type", BGP, *["no " + line for line in PLANNED + ROLES],
                   "no avs quiet-period 20"),
                  ("type", *AF, f"neighbor {PLAIN} unsuppress-map PALL"), ("marker",), ("for", 22)],
        "final": NOTHING,
        "control": {"how": "open", "af": ["aggregate-address 10.0.0.0/14 summary-only"],
                    "steps": [("type", *AF, f"neighbor {PLAIN} unsuppress-map PALL")],
                    "sees": {"session": "PLAIN", "prefix": "10.1.0.0/16"}},
    },
    {
        "name": "vnc-redistribute",
        "source": "review: a copy into the table of VNC",
        "steps": [("type", BGP, "!vnc redistribute ipv4 bgp-direct")],
        "silent": True,
        "no_control": "stock FRR copies it into a table that no session of the recorder carries",
    },
    {
        "name": "route-server-in-another-view",
        # R2 is not there at first, and is not waited for
        "avs_more": ["avs startup-delay 0"],
        "source": "review: a neighbour of AS 65515 in an instance without avs lines",
        # bgpd hands what comes in to the default instance: it must call them
        "sessions": {"R2": {"passive": True}, "R3": {"address": R3, "as": 65515, "passive": True}},
        "without_neighbors": ["R2", "R3"],
        "not_up": ["R2", "R3"],
        "not_up_after": [],
        "tail": [f"{BGP} view leak", " no bgp ebgp-requires-policy", " no bgp network import-check",
                 " bgp router-id 192.0.2.1", " timers bgp 3 9",
                 f" {N2} remote-as 65515", f" {N2} timers connect 1",
                 f" {N3} remote-as 65515", f" {N3} timers connect 1",
                 " address-family ipv4 unicast", "  network 0.0.0.0/0",
                 " exit-address-family", "exit"],
        "before": {"R1": HUB[:4]},
        "plan": {"R1": HUB, "R2": [], "R3": []},
        "steps": [("up", "R2", "R3"), ("for", 2)],
        "final": {"R1": HUB[:4], "R2": [], "R3": []},
        "control": {"how": "open", "since": "start", "sees": [
            {"session": name, "prefix": "0.0.0.0/0"} for name in ("R2", "R3")]},
    },
]
