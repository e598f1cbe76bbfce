# SPDX-License-Identifier: GPL-2.0-or-later
"""
Show commands: every JSON document parses and says what the receivers see.

      nva 10.1.1.4 ---- fabric ---- R1 10.1.0.4, R2 10.1.0.5 (recorder, AS 65515)
"""
import json
import re

import pytest

from lib import azure
from lib.node import link
from lib.wait import wait_for

pytestmark = [pytest.mark.asan, pytest.mark.package]

BGP = "router bgp 64512"
AVS = {"path": [65515, 12076, 398656]}
ONPREM = {"path": [65515, 12076, 64620]}
COMPANIONS = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
COMMANDS = ("", " routes", " plan", " leaks", " changes", " explain 10.20.0.0/16")
# sessions start when pending route-map updates are done: do not wait 5 s for them
CONFIG = azure.DESIGN_1.replace("!\nip route", "!\nbgp route-map delay-timer 1\nip route").replace(
    "exit\n",
    """ avs quiet-period 1
 avs advertise companions toward private-cloud
 avs advertise supernet 10.20.0.0/16
 avs advertise supernet 10.40.0.0/16
exit
""",
)
PLAN = {"0.0.0.0/0", "10.20.0.0/16"} | COMPANIONS


@pytest.fixture
def net(lab):
    """NVA and both instances at the plan, with something to refuse."""
    vnet = azure.VirtualNetwork(lab, recorder=True)
    vnet.rec = vnet.speaker(end_of_rib=True)
    for name in ("R1", "R2"):
        vnet.rec.announce(name, "10.20.0.0/22", "10.20.8.0/24", **AVS)
        vnet.rec.announce(name, "10.100.0.0/16", **ONPREM)
        vnet.rec.announce(name, "10.1.0.0/16", path=[65515])
        vnet.rec.announce(name, "10.70.0.0/16", path=[65515, 64700])
        vnet.rec.announce(name, "10.71.0.0/16", path=[65515, 12076])
    vnet.nva.start(CONFIG)
    for name in ("R1", "R2"):
        vnet.rec.wait_rib(name, PLAN, 30)
    vnet.rec.wait_quiet()
    return vnet


def test_json_and_text(net):
    """Both forms answer; JSON has schema version and instance, keys are camelCase."""
    places = ("show bgp avs", "show ip bgp avs", "show bgp vrf default avs")
    for spelling in (place + command for command in COMMANDS for place in places):
        value = net.nva.show_json(spelling + " json")
        assert value["schemaVersion"] >= 1
        assert value["instance"] == "default"
        bad = [k for k in keys(value) if not re.fullmatch(r"[a-z][A-Za-z0-9]*", k)]
        assert not bad, bad
        result = net.nva.vtysh(spelling)
        assert result.returncode == 0 and result.stdout.strip(), spelling


def keys(value):
    """All keys of a document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def test_unknown_instance(net):
    """An instance without avs lines, and one that does not exist: a sentence, and {} in JSON."""
    for name in ("vrf nowhere", "view nowhere"):
        result = net.nva.vtysh(f"show bgp {name} avs")
        assert (result.stdout + result.stderr).strip()
        assert net.nva.show_json(f"show bgp {name} avs json") == {}


def test_plan_is_what_the_receivers_have(net):
    """Every announced entry is at both receivers with these attributes, and nothing else is."""
    entries = net.nva.show_json("show bgp avs plan json")["planEntry"]
    announced = {e["prefix"]: e for e in entries if e["announced"]}
    assert set(announced) == PLAN
    for name in ("R1", "R2"):
        table = net.rec.rib(name)
        assert set(table) == set(announced)
        for prefix, entry in announced.items():
            assert table[prefix]["next_hop"] == entry.get("nextHop", azure.NVA)
            assert table[prefix]["path"] == [64512] * (1 + entry.get("prepend", 0))
            assert ("65535:65282" in table[prefix].get("communities", [])) == bool(entry.get("noAdvertise"))
    refused = {e["prefix"]: e["reason"] for e in entries if not e["announced"]}
    assert refused == {"10.40.0.0/16": "covers-nothing"}


def test_plan_follows(net):
    """After every change plan and receivers agree again."""
    for lines in (["avs route-server hub prepend 2"], ["avs route-server hub next-hop 10.1.1.77"],
                  ["no avs advertise companions toward private-cloud"], ["avs shutdown"], ["no avs shutdown"],
                  ["avs advertise supernet 10.40.0.0/16 unconditional"]):
        net.nva.configure(BGP, *lines)

        def agree():
            entries = net.nva.show_json("show bgp avs plan json")["planEntry"]
            want = {e["prefix"]: [64512] * (1 + e.get("prepend", 0)) for e in entries if e["announced"]}
            return all({p: r["path"] for p, r in net.rec.rib(n).items()} == want for n in ("R1", "R2"))

        wait_for(f"agreement after {lines}", agree, 20)


def test_summary(net):
    """Neighbours, reach, counts and limits of every route server."""
    summary = net.nva.show_json("show bgp avs json")
    assert summary["active"] is True
    (hub,) = summary["routeServer"]
    assert hub["name"] == "hub" and hub["guard"] == "enforce" and hub["parity"] is True
    assert sorted(hub["declared"]) == ["on-premises", "private-cloud"]
    assert {"on-premises", "private-cloud"} <= set(hub["observed"])
    assert hub["announced"] == len(PLAN) and hub["refused"] == 1
    assert hub["routeLimit"] == 4000 and hub["usable"] == 2000
    for neighbor in hub["neighbor"]:
        assert neighbor["state"] == "Established"
        assert neighbor["sent"] == len(PLAN) and neighbor["received"] == 6
    assert summary["counters"]["missed"] == 0
    assert summary["counters"]["coreErrors"] == 0
    codes = {w["code"] for w in summary["warning"]}
    assert "unclassified" in codes
    for warning in summary["warning"]:
        assert warning["text"] and warning["severity"] in ("notice", "warning", "alarm")
    net.rec.stop("R2")
    wait_for("session-down", lambda: "session-down" in str(net.nva.show_json("show bgp avs json")), 10)


def test_routes(net):
    """Every learned path with its segment, by the default table."""
    routes = net.nva.show_json("show bgp avs routes json")["learnedRoute"]
    got = {(r["prefix"], r["neighbor"]): (r["segment"], r["why"]) for r in routes}
    expected = {
        "10.20.0.0/22": ("private-cloud", "avs-origin"),
        "10.20.8.0/24": ("private-cloud", "avs-origin"),
        "10.100.0.0/16": ("on-premises", "circuit"),
        "10.1.0.0/16": ("virtual-network", "vnet"),
        "10.70.0.0/16": ("unknown", "no-expressroute"),
        "10.71.0.0/16": ("virtual-network", "remote-vnet"),
    }
    assert got == {(p, n): v for p, v in expected.items() for n in (azure.RS1, azure.RS2)}
    assert all(r["routeServer"] == "hub" for r in routes)
    net.nva.configure(BGP, "avs segment on-premises origin-as 64700")
    wait_for(
        "classified by the line",
        lambda: {r["segment"] for r in net.nva.show_json("show bgp avs routes json")["learnedRoute"]
                 if r["prefix"] == "10.70.0.0/16"} == {"on-premises"},
        10,
    )


def test_explain(net):
    """Announced, refused and unheard-of prefixes, each with a reason and a sentence."""
    for prefix, announced, reason in (
        ("10.20.0.0/16", True, "announced"),
        ("10.40.0.0/16", False, "covers-nothing"),
        ("10.20.0.0/22", False, "same-route-server"),
        ("203.0.113.0/24", False, "no-best-path"),
    ):
        value = net.nva.show_json(f"show bgp avs explain {prefix} json")
        assert value["prefix"] == prefix
        (hub,) = value["routeServer"]
        assert hub["name"] == "hub"
        assert hub["announced"] is announced, value
        assert hub["reason"] == reason, value
        assert hub["text"] and hub["reasonCode"]


def test_leaks_and_clear(net):
    """What is refused is listed with its count; clear empties it."""
    net.nva.configure("ip route 10.77.0.0/16 blackhole", BGP, "address-family ipv4 unicast")
    net.nva.vtysh("configure terminal", BGP, "address-family ipv4 unicast", "network 10.77.0.0/16",
                  "exit", "no bgp network import-check")
    find = lambda: [l for l in net.nva.show_json("show bgp avs leaks json")["leak"] if l["prefix"] == "10.77.0.0/16"]
    (leak,) = wait_for("listed", find, 15)
    assert leak["routeServer"] == "hub" and leak["reason"] == "not-planned" and leak["letOut"] is False
    assert leak["count"] >= 1 and leak["text"]
    first = leak["count"]
    net.nva.vtysh("clear bgp ipv4 unicast * soft out")
    wait_for("counted again", lambda: find()[0]["count"] > first, 15)
    assert net.nva.show_json("show bgp avs json")["counters"]["refused"] > 0
    assert net.nva.vtysh("clear bgp avs counters").returncode == 0
    assert not net.nva.show_json("show bgp avs leaks json")["leak"]
    assert net.nva.show_json("show bgp avs json")["counters"]["refused"] == 0
    assert "10.77.0.0/16" not in net.rec.announced("R1")


def test_changes(net):
    """The last change says what moved."""
    net.nva.configure(BGP, "avs advertise supernet 10.40.0.0/16 unconditional")
    net.rec.wait_rib("R1", PLAN | {"10.40.0.0/16"})
    changes = net.nva.show_json("show bgp avs changes json")["change"]
    assert changes[0]["announced"] >= 1 and changes[0]["withdrawn"] == 0
    assert changes[0]["when"] and changes[0]["cause"]


def test_refused_command_is_counted(net):
    """A refused line shows up in the counters."""
    before = net.nva.show_json("show bgp avs json")["counters"]["refusedCommands"]
    net.nva.configure(BGP, "address-family ipv4 unicast", f"neighbor {azure.RS1} default-originate")
    assert net.nva.show_json("show bgp avs json")["counters"]["refusedCommands"] == before + 1


def test_stock_show_commands(net):
    """Stock commands know nothing of ours that could break them."""
    for command in ("show bgp ipv4 unicast", "show bgp ipv4 unicast json", "show bgp ipv4 unicast 10.20.0.0/16 json",
                    f"show bgp ipv4 unicast neighbors {azure.RS1} advertised-routes json",
                    "show bgp ipv4 unicast summary json", "show route-map", "show bgp update-groups",
                    "show memory bgpd", "show debugging", "show bgp neighbors json"):
        result = net.nva.vtysh(command)
        assert result.returncode == 0, command
        if command.endswith("json"):
            net.nva.show_json(command)
    advertised = net.nva.show_json(f"show bgp ipv4 unicast neighbors {azure.RS1} advertised-routes json")
    assert set(advertised["advertisedRoutes"]) == PLAN


def test_debug(net):
    """debug bgp avs is in the configuration, logs, and ends."""
    net.nva.configure("debug bgp avs")
    assert "debug bgp avs" in net.nva.running()
    net.nva.configure(BGP, "avs route-server hub prepend 2")
    wait_for("logged", lambda: "avs" in (net.nva.dir / "log" / "bgpd.log").read_text().lower(), 10)
    net.nva.configure("no debug bgp avs")
    assert "debug bgp avs" not in net.nva.running()


@pytest.mark.parametrize("syntax", ["frr", "ios-xe"])
def test_edge_filter_in_a_router(lab, net, syntax):
    """What is printed goes into a stock router, and that one refuses what it should."""
    text = net.nva.out(f"vtysh -c 'show bgp avs edge-filter {syntax}'")
    text = text.replace("ASN", "64620").replace("MSEE", "192.0.2.11").replace("ipv4\n", "ipv4 unicast\n")
    edge = lab.router("edge", module=False)
    circuit = lab.node("circuit")
    link(edge, "eth0", "192.0.2.1/24", circuit, "eth0", ["192.0.2.11/24"])
    speaker = lab.speaker(circuit, [{"name": "MSEE", "address": "192.0.2.11", "as": 12076, "peer": "192.0.2.1"}])
    base = "router bgp 64620\n no bgp ebgp-requires-policy\n neighbor 192.0.2.11 remote-as 12076\nexit\n"
    edge.start(base + text, daemons=("zebra", "bgpd"))
    speaker.wait_up()
    kept = {"10.20.0.0/16", "10.20.0.0/22", "10.1.0.0/16", "8.0.0.0/8", "192.168.7.0/24"}
    refused = {*PLAN - kept, "128.0.0.0/1", "10.100.0.0/16", "10.100.3.0/24"}
    speaker.announce("MSEE", *sorted(kept | refused), path=[12076])
    wait_for(lambda: f"{kept}, has {set(edge.best_paths())}", lambda: set(edge.best_paths()) == kept, 20)
    assert "%" not in edge.boot_output, edge.boot_output


def test_edge_filter_for_junos(net):
    """The same rules in words of another kind."""
    text = net.nva.out("vtysh -c 'show bgp avs edge-filter junos'")
    lines = [l.split(" route-filter ")[1] for l in text.splitlines() if " route-filter " in l]
    assert lines == [
        "0.0.0.0/0 prefix-length-range /0-/7",
        "10.0.0.0/8 exact",
        "172.16.0.0/12 exact",
        "192.168.0.0/16 exact",
        "10.100.0.0/16 orlonger",
    ]
    assert "term rest then accept" in text


def entries_of(document):
    """(route server, prefix) of each entry, in order."""
    return [(e["routeServer"], e["prefix"]) for e in document["planEntry"]]


def test_long_plan(lab):
    """
    A plan that is written in slices: the same document, and each entry once, also when lines
    come and the plan is replaced in the middle; a reader that goes hurts nobody.
    """
    nva = azure.VirtualNetwork(lab, recorder=True).nva
    prefixes = {f"10.{128 + i // 256}.{i % 256}.0/24" for i in range(3000)}
    lines = "".join(f" avs advertise supernet {p}\n" for p in sorted(prefixes))
    nva.start(azure.DESIGN_1.replace("exit\n", f" avs route-server also toward private-cloud\n{lines}exit\n"))
    wait_for("a plan", lambda: nva.show_json("show bgp avs plan json")["planEntry"], 20)
    whole = nva.show_json("show bgp avs plan json")
    assert whole["instance"] == "default" and "originated" in whole
    want = entries_of(whole)
    assert len(set(want)) == len(want)
    for server in ("also", "hub"):
        assert {p for rs, p in want if rs == server} >= prefixes
    text = nva.show("show bgp avs plan")
    rows = [tuple(line.split()[:2]) for line in text.splitlines() if "/" in line]
    assert rows == want, text[:1000]
    # in one piece
    assert nva.show("show bgp avs plan | include 10.130.7.0/24").count("10.130.7.0/24") == 2

    with nva.vty() as slow, nva.vty() as gone:
        slow.begin("show bgp avs plan json")
        gone.begin("show bgp avs plan json")
        gone.close()
        # the reader has not read: most of the list is still to be written
        nva.configure("router bgp 64512", "no avs advertise supernet 10.128.0.0/24",
                      "avs advertise supernet 10.127.0.0/24", "no avs route-server hub toward private-cloud",
                      "no avs route-server also toward private-cloud", "avs route-server new toward private-cloud")
        wait_for("the new plan", lambda: "new" in nva.show("show bgp avs plan | include 10.139.1.0/24"), 20)
        status, text = slow.reply()
        assert not status
        mixed = entries_of(json.loads(text))
    assert len(set(mixed)) == len(mixed)
    # what is there before and after is in it, and what came behind the place; a list that was
    # written before the new plan came, as FRR 10.7 may do, is the old one
    assert {p for rs, p in mixed if rs == "hub"} >= prefixes - {"10.128.0.0/24"}
    assert mixed == want or {p for rs, p in mixed if rs == "new"} >= prefixes - {"10.128.0.0/24"}
    assert entries_of(nva.show_json("show bgp avs plan json")) != want
