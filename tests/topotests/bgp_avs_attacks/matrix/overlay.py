# SPDX-License-Identifier: GPL-2.0-or-later
"""
Overlay neighbours: what they deliver reaches Route Server only as what their tag says it
is, and what they get is this side's, tagged by us.
"""
SOURCE = "design section 4: rules 1, 2, 4, 5 for overlay neighbours; the tag is accepted from them only"
O1, O2 = "192.0.2.17", "192.0.2.18"
SESSIONS = {"O1": {"address": O1, "as": 64514}}
TWO = {**SESSIONS, "O2": {"address": O2, "as": 64516}}
LINE = f"avs overlay neighbor {O1}"
EXACT = "avs advertise segment private-cloud toward on-premises"
TAG = 0x41565300
PC, OP, VN = 1, 2, 3
HUB = {"0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "10.100.0.0/15"}
DMZ = {"10.20.0.0/15"}
AVS = {"10.20.0.0/16", "10.21.0.0/24"}
ONPREM = {"10.100.0.0/16"}
# everything of this side, and nothing of this router or of strangers
SIDE = AVS | ONPREM
PLAN = {"R1": HUB, "R2": DMZ | AVS, "O1": SIDE}
OPEN = {"how": "open"}


def tag(asn, segment, site=0):
    """A segment tag, as a route of the recorder has it."""
    return {"large": [f"{asn}:{TAG + segment}:{site}"]}


def entry(name, prefix, route, session="O1", **more):
    """Somebody announces a prefix; neither Route Server may get it."""
    fields = {
        "name": f"overlay-{name}",
        "source": SOURCE,
        "sessions": SESSIONS,
        "overlay": ["O1"],
        "avs_more": [LINE, EXACT],
        "plan": PLAN,
        "steps": [("announce", session, [prefix], route), ("quiet", 2)],
        "control": {**OPEN, "sees": {"session": "R2", "prefix": prefix}},
    }
    return {**fields, **more}


def changed(name, session, asn, route):
    """
    A prefix that is a private cloud's, until somebody says otherwise of a path through `asn`:
    the change itself must not reach Route Server either.
    """
    prefix = "10.7.0.0/16"
    return {
        "name": f"overlay-{name}",
        "source": SOURCE,
        "sessions": SESSIONS,
        "overlay": ["O1"],
        "avs_more": [LINE, EXACT],
        "routes": {"O1": [(prefix, {"path": [64514, 64991], **tag(64514, PC)})]},
        "plan": {**PLAN, "R2": DMZ | AVS | {prefix}},
        "steps": [("announce", session, [prefix], route), ("quiet", 3)],
        "require": {"R2": {prefix: {"path_lacks": asn}}},
        "final": PLAN,
        "control": {**OPEN, "sees": {"session": "R2", "prefix": prefix, "path_has": asn}},
    }


ENTRIES = [
    # segment-memory is for what Azure delivers: who can say what a route is, and does not, means it
    changed("tag-removed-in-place", "O1", 64990, {"path": [64514, 64990]}),
    changed("tag-changed-in-place", "O1", 64990, {"path": [64514, 64990], **tag(64514, VN)}),
    changed("tag-to-unknown-in-place", "O1", 64990, {"path": [64514, 64990], **tag(64514, 0)}),
    # a better path of the same prefix, by somebody who has no say
    changed("stranger-has-the-prefix", "PLAIN", 64998, {"path": [64998]}),
    entry("without-tag", "10.7.0.0/16", {}),
    entry("tag-of-another-as", "10.7.0.0/16", tag(64999, PC)),
    entry("tag-of-this-as", "10.7.0.0/16", tag(64512, PC)),
    entry("tag-of-azure", "10.7.0.0/16", tag(65515, PC)),
    entry("tag-of-unknown-segment", "10.7.0.0/16", tag(64514, 0)),
    entry("tag-of-later-release", "10.7.0.0/16", tag(64514, 200)),
    entry("tag-from-a-stranger", "10.7.0.0/16", tag(64998, PC), session="PLAIN"),
    entry("tag-from-a-route-server", "10.7.0.0/16",
          {"path": [65515, 64700], **tag(65515, PC)}, session="R1",
          # what nobody can place counts as on-premises (rule 2)
          final={**PLAN, "R1": {"10.100.0.0/15"}}),
    entry("on-premises-to-on-premises", "10.7.0.0/16", tag(64514, OP),
          avs_more=[LINE, EXACT, "avs advertise segment on-premises toward on-premises"]),
    entry("network-without-line", "10.7.0.0/16", tag(64514, VN)),
    # and a private cloud does not get the default of a private cloud
    entry("default-as-private-cloud", "0.0.0.0/0", tag(64514, PC), network=["network 10.99.0.0/16"],
          final={"R1": HUB - {"0.0.0.0/0"}, "R2": DMZ | AVS, "O1": SIDE}),
    entry("half-default-as-private-cloud", "128.0.0.0/1", tag(64514, PC)),
    entry("rfc1918-as-private-cloud", "172.16.0.0/12", tag(64514, PC), steps=[
        ("type", "router bgp 64512", "no avs advertise companions toward private-cloud"), ("for", 2),
        ("announce", "O1", ["172.16.0.0/12"], tag(64514, PC)), ("quiet", 2)],
        final={"R1": {"0.0.0.0/0", "10.100.0.0/15"}, "R2": DMZ | AVS, "O1": SIDE}),
    # what it delivered as well goes back to nobody who delivered it
    entry("prefix-of-the-route-server", "10.20.0.0/16", tag(64514, PC), steps=[
        ("announce", "O1", ["10.20.0.0/16"], {"path": [64514], **tag(64514, PC)}), ("quiet", 2)],
        control={**OPEN, "sees": {"session": "R1", "prefix": "10.20.0.0/16"}}),
    {
        "name": "overlay-to-overlay",
        "source": SOURCE,
        "sessions": TWO,
        "overlay": ["O1", "O2"],
        "avs_more": [LINE, f"avs overlay neighbor {O2}", EXACT],
        "plan": {**PLAN, "O2": SIDE},
        "allowed": {**PLAN, "O2": SIDE, "R2": DMZ | AVS | {"10.7.0.0/16"}},
        "steps": [("announce", "O1", ["10.7.0.0/16"], tag(64514, PC)), ("quiet", 2)],
        "final": {"R1": HUB, "R2": DMZ | AVS | {"10.7.0.0/16"}, "O1": SIDE, "O2": SIDE},
        "control": {**OPEN, "sees": {"session": "O2", "prefix": "10.7.0.0/16"}},
    },
    {
        "name": "overlay-gets-no-default",
        "source": SOURCE,
        "sessions": SESSIONS,
        "overlay": ["O1"],
        "avs_more": [LINE],
        "plan": {"R1": HUB, "R2": DMZ, "O1": SIDE},
        "steps": [
            ("announce", "R2", ["0.0.0.0/0", "0.0.0.0/1"], {"path": [65515, 12076, 64620]}),
            ("announce", "SRC", ["10.8.0.0/16"]), ("quiet", 2)],
        "final": {"R1": HUB, "O1": SIDE},
        "control": {**OPEN, "sees": [{"session": "O1", "prefix": "0.0.0.0/1"}, {"session": "O1", "prefix": "10.8.0.0/16"}]},
    },
    {
        "name": "overlay-knobs-typed",
        "source": SOURCE,
        "sessions": SESSIONS,
        "overlay": ["O1"],
        "avs_more": [LINE],
        "plan": {"R1": HUB, "R2": DMZ, "O1": SIDE},
        "steps": [
            ("type", "router bgp 64512", "address-family ipv4 unicast", f"!neighbor {O1} default-originate",
             f"!neighbor {O1} route-map PALL out", f"!neighbor {O1} unsuppress-map PALL",
             f"!neighbor {O1} as-override", f"~no neighbor {O1} route-map X out"),
            ("enable", "clear bgp *"), ("again", "R1", "R2", "O1")],
        "flaps": 2,
        "control": {**OPEN, "since": "start", "sees": {"session": "O1", "prefix": "10.1.0.0/16"}},
    },
    {
        "name": "overlay-knobs-in-the-file",
        "source": SOURCE,
        "sessions": SESSIONS,
        "overlay": ["O1"],
        "avs_more": [LINE],
        "af": [f"neighbor {O1} default-originate", f"neighbor {O1} route-map PALL out"],
        "start": "file",
        "plan": {"R1": HUB, "R2": DMZ, "O1": SIDE},
        "steps": [("enable", "clear bgp *"), ("again", "R1", "R2", "O1")],
        "flaps": 2,
        "control": {**OPEN, "since": "start", "sees": {"session": "O1", "prefix": "10.1.0.0/16"}},
    },
    {
        "name": "overlay-module-absent",
        "source": SOURCE,
        "sessions": SESSIONS,
        "overlay": ["O1"],
        "avs_more": [LINE],
        "plan": {"R1": HUB, "R2": DMZ, "O1": SIDE},
        "steps": [("write",), ("restart-bgpd", {"module": False}), ("again", "R1", "R2", "O1")],
        "final": {"R1": set(), "R2": set(), "O1": set()},
        "flaps": True,
        "control": {**OPEN, "since": "start", "sees": {"session": "O1", "prefix": "10.1.0.0/16"}},
    },
]
