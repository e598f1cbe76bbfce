# SPDX-License-Identifier: GPL-2.0-or-later
"""
Knobs that pass beside an out-map, on a role neighbour or on its peer-group:
every knob, by every way in which a line reaches bgpd.
"""
AF = ["router bgp 64512", "address-family ipv4 unicast"]
R1, R2 = "192.0.2.11", "192.0.2.12"
# a second, worse path: only with add-path is it ever sent
SECOND = {
    "sessions": {"SRC2": {"address": "192.0.2.16", "as": 64997}},
    "routes": {"SRC2": [("10.1.0.0/16", {"path": [64997, 64996, 64995]})]},
}
BOTH_PATHS = {name: {"add_path": True} for name in ("R1", "R2")}

# name, line (N is the neighbour), more of the entry, control
KNOBS = [
    (
        "out-map",
        "N route-map PALL out",
        {},
        {"how": "rfc8212", "sees": {"session": "R2", "prefix": "10.1.0.0/16"}},
    ),
    (
        "unsuppress-map",
        "N unsuppress-map PALL",
        {"af": ["aggregate-address 10.0.0.0/14 summary-only"]},
        {"how": "closed", "sees": {"session": "R2", "prefix": "10.1.0.0/16"}},
    ),
    (
        "default-originate",
        "N default-originate",
        {"network": ["network 10.99.0.0/16"]},
        {"how": "closed", "sees": {"session": "R2", "prefix": "0.0.0.0/0"}},
    ),
    (
        "default-originate-map",
        "N default-originate route-map PALL",
        {"network": ["network 10.99.0.0/16"]},
        {"how": "closed", "sees": {"session": "R2", "prefix": "0.0.0.0/0"}},
    ),
    (
        "advertise-map-exist",
        "N advertise-map PALL exist-map PALL",
        {"settle": 6},
        {"how": "closed", "sees": {"session": "R2", "prefix": "10.1.0.0/16"}},
    ),
    (
        "advertise-map-non-exist",
        "N advertise-map PALL non-exist-map NOTHING",
        {
            "settle": 6,
            "top": [
                "ip prefix-list NOTHING seq 5 permit 203.0.113.99/32",
                "route-map NOTHING permit 10",
                "match ip address prefix-list NOTHING",
                "exit",
            ],
        },
        {"how": "closed", "sees": {"session": "R2", "prefix": "10.1.0.0/16"}},
    ),
    (
        "addpath-all",
        "N addpath-tx-all-paths",
        {"sessions": {**SECOND["sessions"], **BOTH_PATHS}, "routes": SECOND["routes"]},
        {"how": "open", "sees": {"session": "R2", "prefix": "10.1.0.0/16", "path_has": 64997}},
    ),
    (
        "addpath-per-as",
        "N addpath-tx-bestpath-per-AS",
        {"sessions": {**SECOND["sessions"], **BOTH_PATHS}, "routes": SECOND["routes"]},
        {"how": "open", "sees": {"session": "R2", "prefix": "10.1.0.0/16", "path_has": 64997}},
    ),
    (
        "addpath-best-selected",
        "N addpath-tx-best-selected 2",
        {"sessions": {**SECOND["sessions"], **BOTH_PATHS}, "routes": SECOND["routes"], "from": (10,)},
        {"how": "open", "sees": {"session": "R2", "prefix": "10.1.0.0/16", "path_has": 64997}},
    ),
    (
        "route-server-client",
        "N route-server-client",
        {},
        {"how": "open", "sees": {"session": "R2", "prefix": "10.1.0.0/16", "path_lacks": 64512}},
    ),
    (
        "attribute-unchanged",
        "N attribute-unchanged",
        {},
        {"how": "open", "sees": {"session": "R2", "prefix": "10.1.0.0/16", "path_lacks": 64512}},
    ),
    (
        "attribute-unchanged-path",
        "N attribute-unchanged as-path",
        {},
        {"how": "open", "sees": {"session": "R2", "prefix": "10.1.0.0/16", "path_lacks": 64512}},
    ),
    (
        "as-override",
        "N as-override",
        {},
        {"how": "open", "sees": {"session": "R2", "prefix": "10.20.0.0/16", "path_lacks": 65515}},
    ),
    (
        "remove-private-as",
        "N remove-private-AS all",
        {},
        {"how": "open", "sees": {"session": "R2", "prefix": "10.1.0.0/16", "path_lacks": 64999}},
    ),
    (
        "remove-private-as-replace",
        "N remove-private-AS all replace-AS",
        {},
        {"how": "open", "sees": {"session": "R2", "prefix": "10.1.0.0/16", "path_lacks": 64999}},
    ),
]
# on stock FRR these reset the session when they are typed
RESETS = ("addpath-all", "addpath-per-as", "addpath-best-selected", "route-server-client", "attribute-unchanged",
          "attribute-unchanged-path", "as-override")


def line(text, target):
    """The line for a neighbour or a peer-group."""
    return text.replace("N ", f"neighbor {target} ", 1)


def entries():
    """The product of knobs and ways."""
    for name, text, more, control in KNOBS:
        refused = ["!" + line(text, R1), "!" + line(text, R2)]
        plain = [line(text, R1), line(text, R2)]
        undo = ["no " + l for l in plain]
        group = {
            "bgp_more": [
                "neighbor G peer-group",
                f"neighbor {R1} peer-group G",
                f"neighbor {R2} peer-group G",
            ]
        }
        # a member's own out-map wins over the group's
        own_map_wins = name == "out-map"
        yield {
            **more,
            "name": f"typed-{name}",
            "source": "guard-proof rows 1, 3-5, 12; issue 2 item 6",
            "steps": [("type", *AF, *refused)],
            "silent": True,
            "control": {**control, "steps": [("type", *AF, *plain)]},
        }
        yield {
            **more,
            "name": f"one-write-{name}",
            "source": "guard-proof row 6: set and unset in one write",
            "steps": [("burst", *AF, *["!" + l for l in plain], *undo)],
            # stock bgpd resets the session for the undo as well
            **({"flaps": 1} if name == "addpath-best-selected" else {}),
            # whether the pair is seen on stock depends on the knob; set alone is
            # the attack, the undo is what an audit would be fooled by
            "control": {**control, "steps": [("burst", *AF, *plain)]},
        }
        for order in ("avs-first", "avs-last"):
            yield {
                **more,
                "name": f"file-{order}-{name}",
                "source": "guard-proof row 2: from file, avs lines first or last",
                "order": order,
                "af": more.get("af", []) + plain,
                "settle": more.get("settle", 0),
                "steps": [
                    ("enable", f"clear bgp ipv4 unicast {R1} soft out", f"clear bgp ipv4 unicast {R2} soft out"),
                    ("refresh", "R1"),
                    ("refresh", "R2"),
                ],
                "flaps": 1,
                "control": {**control, "since": "start"},
            }
        yield {
            **more,
            **group,
            "name": f"group-typed-{name}",
            "source": "guard-proof row 8: typed on a peer-group with a role member",
            # the group's out-map does nothing to members with their own
            "steps": [("type", *AF, ("" if own_map_wins else "!") + line(text, "G"))],
            "silent": True,
            "control": {**control, "steps": [("type", *AF, line(text, "G"))]},
        }
        yield {
            **more,
            **group,
            "name": f"group-file-{name}",
            "source": "guard-proof row 7: on a peer-group, from file",
            "af": more.get("af", []) + [line(text, "G")],
            "steps": [("enable", "clear bgp *"), ("again", "R1", "R2")],
            "flaps": 2,
            "control": {**control, "since": "start"},
        }
        yield {
            **more,
            "name": f"group-joined-{name}",
            "source": "guard-proof row 9: the group has the knob, then a role neighbour joins",
            "steps": [
                ("type", "router bgp 64512", "neighbor G peer-group", "address-family ipv4 unicast",
                 line(text, "G"), "exit", f"neighbor {R2} peer-group G"),
                ("again", "R2"),
            ],
            "flaps": 2,
            "control": {
                **control,
                **({"how": "rfc8212"} if own_map_wins else {}),
            },
            **({"no_control_from": ((10,), "stock bgpd gives the number of paths to no peer that joins later")}
               if name == "addpath-best-selected" else {}),
        }


ENTRIES = list(entries())
