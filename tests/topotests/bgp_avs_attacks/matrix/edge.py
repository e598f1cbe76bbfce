# SPDX-License-Identifier: GPL-2.0-or-later
"""
Rule 11: what an azure-edge neighbour delivers and is this router's own reaches nobody, by
whatever door.  PLAIN stands for the customer's network.
"""
SOURCE = "design section 4, rule 11: a default and the customer's own prefixes come back from Azure"
E1 = "192.0.2.17"
BGP = "router bgp 64512"
FAMILY = "address-family ipv4 unicast"
# 0/0 and 10.99.0.0/16 are `network` lines, 10.1.0.0/16 is SRC's
STOLEN = ["128.0.0.0/1", "10.99.7.0/24", "10.1.128.0/17"]
ROUTE = {"path": [12076, 398656]}
ANNOUNCE = ("announce", "E1", STOLEN, ROUTE)


def entry(name, *steps, **more):
    """After the steps nothing of the stolen prefixes has left toward the customer's network."""
    control = {"how": "open", "sees": {"session": "PLAIN", "prefix": STOLEN[1], "path_has": 12076}}
    fields = {
        "name": f"edge-{name}",
        "source": SOURCE,
        "sessions": {"E1": {"address": E1, "as": 12076}},
        "avs_more": [f"avs azure-edge neighbor {E1}"],
        # it is known what is announced
        "steps": [("for", 2), *steps],
        "plain_never_sees": STOLEN,
        "control": {**control, **more.pop("control_more", {})},
    }
    return {**fields, **more}


ENTRIES = [
    entry("plain", ANNOUNCE, ("quiet", 2)),
    entry("in-map-typed", ("type", BGP, FAMILY, f"!neighbor {E1} route-map PALL in"), ANNOUNCE, ("quiet", 2)),
    entry("in-map-removed",
          ("type", BGP, FAMILY, f"~no neighbor {E1} route-map AVS-IN-azure-edge@{E1} in"), ANNOUNCE, ("quiet", 2)),
    entry("map-of-a-route-server", ("type", BGP, FAMILY, f"!neighbor {E1} route-map AVS-IN-hub in"),
          ANNOUNCE, ("quiet", 2),
          # stock bgpd denies with a map that nobody has
          control_more={"steps": [ANNOUNCE, ("quiet", 2)]}),
    entry("in-map-by-file",
          ("vtysh-file", BGP, f" {FAMILY}", f"  neighbor {E1} route-map PALL in", " exit-address-family", "exit"),
          ANNOUNCE, ("quiet", 2)),
    entry("peer-group", ANNOUNCE, ("quiet", 2),
          bgp_more=["neighbor G peer-group", f"neighbor {E1} peer-group G"],
          af=["neighbor G route-map PALL in"]),
    entry("soft-clear", ("type", BGP, FAMILY, f"neighbor {E1} soft-reconfiguration inbound"),
          ANNOUNCE, ("quiet", 1), ("enable", f"clear bgp ipv4 unicast {E1} soft in"), ("quiet", 2)),
    entry("neighbor-once-more",
          ("type", BGP, f"no neighbor {E1}", f"neighbor {E1} remote-as 12076"), ("again", "E1"), ("for", 3),
          ANNOUNCE, ("quiet", 2), flaps=True),
    # a provider between the customer and Microsoft: its number is in the customer's paths as well
    entry("as-of-the-provider",
          ("announce", "SRC", ["10.66.0.0/16"], {"path": [64999, 64900, 64620]}), ("for", 2),
          ("announce", "E1", ["10.66.7.0/24"], {"path": [64900, 12076, 398656]}), ("quiet", 2),
          sessions={"E1": {"address": E1, "as": 64900}}, plain_never_sees=["10.66.7.0/24"],
          control_more={"sees": {"session": "PLAIN", "prefix": "10.66.7.0/24", "path_has": 12076}}),
    entry("users-map-permits",
          ("type", BGP, f"avs azure-edge route-map {E1} PALL in"), ("for", 2), ANNOUNCE, ("quiet", 2)),
    entry("segment-line-on-premises",
          ("type", BGP, "avs segment on-premises prefix 10.99.0.0/16", "avs segment on-premises prefix 128.0.0.0/1"),
          ("for", 2), ANNOUNCE, ("quiet", 2)),
]
