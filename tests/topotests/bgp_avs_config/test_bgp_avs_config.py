# SPDX-License-Identifier: GPL-2.0-or-later
"""
Configuration: what is typed is what is shown, saved, loaded and reloaded.

      nva 10.1.1.4 ---- fabric ---- R1 10.1.0.4, R2 10.1.0.5 (recorder, AS 65515)
"""
import random

import pytest

from lib import azure
from lib.wait import wait_for

pytestmark = [pytest.mark.asan, pytest.mark.package]

AVS = {"path": [65515, 12076, 398656]}
ONPREM = {"path": [65515, 12076, 64620]}
BGP = "router bgp 64512"

# every line of this version, one of each kind at least
EVERY_LINE = """avs shutdown
avs route-server hub neighbor 10.1.0.4
avs route-server hub neighbor 10.1.0.5
avs route-server hub toward private-cloud
avs route-server hub toward private-cloud site EU
avs route-server hub toward on-premises
avs route-server hub global-reach on-premises
avs route-server hub accept-leak on-premises
avs route-server hub guard monitor
avs route-server hub route-map USER-IN in
avs route-server hub route-map USER-OUT out
avs route-server hub permit prefix-list SDWAN
avs route-server hub next-hop 10.1.1.9
avs route-server hub interface eth0
avs route-server hub route-limit 900
avs route-server hub usable 40
avs route-server hub gateway-limit 800
avs route-server hub prepend 2
avs route-server edge.2_x-y neighbor 10.1.0.70
avs route-server edge.2_x-y guard enforce
avs overlay neighbor 192.0.2.2 interface vxlan0
avs overlay neighbor 192.0.2.6
avs overlay default 192.0.2.6
avs overlay route-map 192.0.2.2 USER-IN in
avs overlay route-map 192.0.2.2 USER-OUT out
avs azure-edge route-map 192.0.2.10 USER-IN in
avs azure-edge neighbor 192.0.2.10
avs segment private-cloud origin-as 65101
avs segment private-cloud origin-as 398656-398670 site EU
avs segment on-premises as-path-list ONP
avs segment on-premises prefix-list ONP
avs segment virtual-network prefix 10.9.0.0/16
avs segment private-cloud prefix 10.8.0.0/16 site US
avs segment on-premises neighbor 192.0.2.7
avs advertise default toward private-cloud
avs advertise default toward on-premises
avs advertise default next-hop 10.1.1.8
avs advertise default when-present 198.51.100.0/24
avs advertise default when-present 198.51.100.0/24 from zebra
avs advertise default when-present 198.51.101.0/24 from route-server hub
avs advertise default when-present 198.51.102.0/24 from 192.0.2.7
avs advertise default when-present 198.51.103.0/24 from overlay
avs advertise default vnet-only
avs advertise default form both
avs advertise companions toward private-cloud
avs advertise companion 130.40.0.0/16
avs advertise supernet 10.20.0.0/16
avs advertise supernet 10.30.0.0/16 unconditional
avs advertise supernet 10.40.0.0/16 toward on-premises
avs advertise supernet 10.50.0.0/16 unconditional toward private-cloud
avs advertise supernet auto
avs advertise segment private-cloud toward on-premises
avs advertise segment private-cloud site EU toward private-cloud site US prefix-list ONP
avs auto toward on-premises
avs auto max-prefixes 8
avs auto shortest 12
avs auto within 10.0.0.0/8
avs auto max-attract 65536
avs protect 10.99.0.0/16
avs hold-down 5
avs freeze
avs route-server hub maintenance
avs tighten-delay 10
avs startup-delay 60
avs segment-memory 300
avs policy route-map P
avs quiet-period 1
avs discard off
avs udr next-hop 10.1.1.4
avs udr route-limit 300
avs udr reserved 12""".splitlines()


def avs_lines(text):
    """The avs lines of a configuration, as a sorted list."""
    return sorted(line.strip() for line in text.splitlines() if line.startswith(" avs "))


def with_lines(*lines, design=azure.DESIGN_1):
    """A design with more lines under router bgp."""
    return design.replace("exit\n", "".join(f" {l}\n" for l in lines) + "exit\n")


class Vnet:
    """NVA and a recorder as both instances."""

    def __init__(self, lab, config, check=True, routes=True):
        self.vnet = azure.VirtualNetwork(lab, recorder=True)
        self.nva = self.vnet.nva
        self.rec = self.vnet.speaker(end_of_rib=True)
        if routes:
            for name in ("R1", "R2"):
                self.rec.announce(name, "10.20.0.0/22", "10.20.8.0/24", **AVS)
                self.rec.announce(name, "10.100.0.0/16", "172.20.0.0/16", **ONPREM)
        self.nva.start(config, check=check)

    def both(self, *expected, timeout=30):
        for name in ("R1", "R2"):
            self.rec.wait_rib(name, expected, timeout)

    def settle(self):
        """Everything is quiet; returns the position in the log."""
        self.rec.wait_quiet(1.5)
        return self.rec.position()

    def updates(self, since):
        return [(e["session"], e["event"], e["prefix"]) for n in ("R1", "R2") for e in self.rec.updates(n, since)]


@pytest.fixture
def plain(lab):
    """A router with an empty instance; no neighbours are needed."""
    router = lab.router("dut")
    router.start("hostname dut\nrouter bgp 64512\nexit\n", daemons=("zebra", "bgpd"))
    return router


# round trip


def test_every_line_is_shown_as_typed(plain):
    """All lines, in any order, typed twice: shown once, exactly."""
    lines = EVERY_LINE[:]
    random.Random(1).shuffle(lines)
    for line, status, text in plain.configure(BGP, *lines, *lines):
        assert status == 0, f"{line}: {text}"
    assert avs_lines(plain.running()) == sorted(EVERY_LINE)


def test_write_restart_identical(plain):
    """show running-config is the same after write and a restart of everything."""
    plain.configure(BGP, *EVERY_LINE)
    before = plain.running()
    assert plain.vtysh("write memory").returncode == 0
    assert avs_lines(plain.read("frr.conf")) == sorted(EVERY_LINE)
    plain.stop()
    plain.start(daemons=("zebra", "bgpd"))
    assert plain.running() == before


def test_bgpd_reads_the_file_itself(plain):
    """bgpd -f with the saved file gives the same configuration."""
    plain.configure(BGP, *EVERY_LINE)
    before = plain.running()
    plain.vtysh("write memory")
    plain.stop()
    plain.start_with_file(plain.read("frr.conf"))
    assert avs_lines(plain.running()) == avs_lines(before)


def test_no_removes_every_line(plain):
    """`no` and the whole line, in any order; nothing is left."""
    plain.configure(BGP, *EVERY_LINE)
    lines = EVERY_LINE[:]
    random.Random(2).shuffle(lines)
    for line, status, text in plain.configure(BGP, *["no " + l for l in lines]):
        assert status == 0, f"{line}: {text}"
    assert "avs" not in plain.running()
    assert '"frr-bgp-avs' not in plain.vtysh("show yang operational-data /frr-bgp-avs:avs bgpd").stdout


def test_no_shorter_form_destroys(plain):
    """
    When `no` fails, frr-reload.py cuts words off and tries again: no proper
    prefix of a `no` line may take anything away.
    """
    plain.configure(BGP, *EVERY_LINE)
    before = plain.running()
    shorter = set()
    for line in EVERY_LINE:
        words = ["no", *line.split()]
        shorter |= {" ".join(words[:n]) for n in range(2, len(words))}
    shorter -= {"no " + line for line in EVERY_LINE}
    # `supernet P` is a line of its own beside `supernet P toward S`: `no` of a line
    # that is not there may succeed, but takes nothing away
    for line, status, _ in plain.configure(BGP, *sorted(shorter))[1:]:
        assert status != 0 or line.split()[-1] not in ("avs", "hub", "advertise", "default", "supernet")
    assert plain.running() == before


def test_mark_and_check(plain):
    """vtysh -C and -m know the lines; frr-reload depends on -m."""
    plain.configure(BGP, *EVERY_LINE)
    plain.vtysh("write memory")
    assert plain.run("vtysh -C", check=False).returncode == 0
    marked = plain.run("vtysh -m -f /etc/frr/frr.conf", check=False)
    assert marked.returncode == 0, marked.stderr
    assert avs_lines(marked.stdout) == sorted(EVERY_LINE)


def test_vtysh_completion(plain):
    """`list` in the node has the lines; abbreviations work."""
    text = plain.vtysh("configure terminal", BGP, "list").stdout
    assert "avs advertise supernet" in text
    result = plain.vtysh("configure terminal", BGP, "avs adv sup 10.20.0.0/16")
    assert result.returncode == 0, result.stdout
    assert avs_lines(plain.running()) == ["avs advertise supernet 10.20.0.0/16"]


def test_running_configuration_and_tree_agree(plain):
    """The YANG tree holds what the lines say."""
    plain.configure(BGP, *EVERY_LINE)
    with plain.vty() as vty:
        _, text = vty("show configuration running json")
    text = text.replace("\\/", "/")
    for word in ("10.50.0.0/16", "edge.2_x-y", "398670", "USER-OUT", "10.1.1.8", "198.51.102.0/24"):
        assert word in text, word


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_one_bad_line_costs_that_line(lab, place):
    """Under `vtysh -b`, also route-maps and prefix-lists around it survive."""
    bad = " avs advertise supernet 10.20.0.1/16"
    good = [" " + line for line in EVERY_LINE]
    where = {"first": 0, "middle": len(good) // 2, "last": len(good)}[place]
    lines = good[:where] + [bad] + good[where:]
    config = "\n".join(
        ["hostname dut", "ip prefix-list ONP seq 5 permit 10.0.0.0/8 le 32",
         "route-map USER-OUT permit 10", " match ip address prefix-list ONP", "exit",
         "router bgp 64512", " neighbor 10.1.0.4 remote-as 65515"] + lines
        + ["exit", "route-map AFTER permit 10", " set metric 5", "exit", ""]
    )
    router = lab.router("dut")
    router.start(config, daemons=("zebra", "bgpd"), check=False)
    running = router.running()
    assert avs_lines(running) == sorted(EVERY_LINE)
    for line in ("ip prefix-list ONP", "route-map USER-OUT permit 10", "match ip address prefix-list ONP",
                 "route-map AFTER permit 10", "set metric 5", "neighbor 10.1.0.4 remote-as 65515"):
        assert line in running, line
    assert "host bits" in router.boot_output


@pytest.mark.parametrize("way", ["vtysh -b", "vtysh -f", "bgpd -f"])
def test_four_thousand_lines(lab, way):
    """All of them arrive, by every way; the plan is computed from all of them."""
    lines = [f" avs advertise supernet 10.{i >> 4 & 255}.{(i & 15) << 4}.0/20" for i in range(2000)]
    lines += [f" avs segment on-premises prefix 172.{16 + (i >> 8)}.{i & 255}.0/24" for i in range(2000)]
    config = "\n".join(["hostname dut", BGP, " neighbor 192.0.2.11 remote-as 65515"] + lines + ["exit", ""])
    router = lab.router("dut")
    if way == "bgpd -f":
        router.start_with_file(config)
    elif way == "vtysh -b":
        router.start(config, daemons=("zebra", "bgpd"))
    else:
        router.start("hostname dut\n", daemons=("zebra", "bgpd"))
        router.write("more.conf", config)
        assert router.run("vtysh -f /etc/frr/more.conf", check=False).returncode == 0
    assert avs_lines(router.running()) == sorted(l.strip() for l in lines)
    assert router.vtysh("show bgp avs").returncode == 0


# reload


DESIGNS = {
    "design-1": (azure.DESIGN_1, {"0.0.0.0/0"}),
    "design-1-companions": (
        with_lines("avs advertise companions toward private-cloud"),
        {"0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"},
    ),
    "design-2": (azure.DESIGN_2, {"10.20.0.0/16", "10.96.0.0/12", "172.20.0.0/15"}),
}


def as_frr_prints_it(config):
    """FRR prints `ebgp-multihop 255`; frr-reload.py compares text."""
    return config.replace("ebgp-multihop\n", "ebgp-multihop 255\n")


# sessions start when pending route-map updates are done: do not wait 5 s for them
DESIGN_1, DESIGN_2 = (
    as_frr_prints_it(d).replace("!\nip route", "!\nbgp route-map delay-timer 1\nip route")
    for d in (azure.DESIGN_1, azure.DESIGN_2)
)


@pytest.mark.parametrize("spelling", ["as-it-stands", "as-frr-prints-it"])
@pytest.mark.parametrize("design", DESIGNS)
def test_reload_unchanged(lab, design, spelling):
    """The minimal configuration, reloaded twice: not one message."""
    config, expected = DESIGNS[design]
    if spelling == "as-frr-prints-it":
        config = as_frr_prints_it(config)
    net = Vnet(lab, config)
    net.both(*expected)
    start = net.settle()
    for _ in range(2):
        result = net.nva.reload(config)
        assert result.returncode == 0, result.stdout + result.stderr
    net.rec.wait_quiet(1.5)
    assert not net.updates(start)
    assert not [e for e in net.rec.events(start) if e["event"] in ("refresh", "down")]
    assert "route-map AVS-OUT-hub out" in net.nva.running()


def test_reload_of_the_saved_file_is_empty(lab):
    """After `write`, frr-reload.py --test finds nothing to do."""
    net = Vnet(lab, DESIGN_1)
    net.both("0.0.0.0/0")
    net.nva.vtysh("write memory")
    result = net.nva.reload(net.nva.read("frr.conf"), test=True)
    assert result.returncode == 0, result.stdout + result.stderr
    wanted = result.stdout.split("Lines To Delete")[-1] if "Lines To" in result.stdout else ""
    assert not [l for l in wanted.splitlines() if l.strip() and not set(l) <= set("=-") and "Lines To" not in l], wanted


def test_reload_adds_and_removes(lab):
    """Lines added and removed by frr-reload.py cost only the prefixes concerned."""
    net = Vnet(lab, DESIGN_2)
    net.both("10.20.0.0/16", "10.96.0.0/12", "172.20.0.0/15")
    start = net.settle()
    more = with_lines("avs advertise supernet 10.200.0.0/16 unconditional", design=DESIGN_2)
    assert net.nva.reload(more).returncode == 0
    net.both("10.20.0.0/16", "10.96.0.0/12", "172.20.0.0/15", "10.200.0.0/16")
    net.rec.wait_quiet(1.5)
    assert set(net.updates(start)) == {(n, "announce", "10.200.0.0/16") for n in ("R1", "R2")}
    start = net.settle()
    assert net.nva.reload(DESIGN_2).returncode == 0
    net.both("10.20.0.0/16", "10.96.0.0/12", "172.20.0.0/15")
    net.rec.wait_quiet(1.5)
    assert set(net.updates(start)) == {(n, "withdraw", "10.200.0.0/16") for n in ("R1", "R2")}


# line, what it becomes, what the receivers are told again
CHANGED_VALUES = [
    ("avs route-server hub prepend 2", "avs route-server hub prepend 3", {"10.20.0.0/16", "0.0.0.0/0"}),
    ("avs route-server hub next-hop 10.1.1.8", "avs route-server hub next-hop 10.1.1.9",
     {"10.20.0.0/16"}),
    ("avs advertise supernet 10.20.0.0/16", "avs advertise supernet 10.20.0.0/16 unconditional", set()),
    ("avs route-server hub route-limit 900", "avs route-server hub route-limit 800", set()),
    ("avs advertise default next-hop 10.1.1.6", "avs advertise default next-hop 10.1.1.7", {"0.0.0.0/0"}),
]


def test_reload_changes_a_value(lab):
    """
    frr-reload.py deletes the line and adds it again seconds later: the
    receivers see a replacement, never a withdrawal.
    """
    config = with_lines(*[old for old, _, _ in CHANGED_VALUES], "avs quiet-period 3", design=DESIGN_1)
    net = Vnet(lab, config)
    net.both("0.0.0.0/0", "10.20.0.0/16")
    for old, new, changed in CHANGED_VALUES:
        start = net.settle()
        config = config.replace(f" {old}\n", f" {new}\n")
        assert net.nva.reload(config).returncode == 0
        net.rec.wait_quiet(4.5)  # longer than the quiet period
        seen = net.updates(start)
        assert not [u for u in seen if u[1] == "withdraw"], (new, seen)
        assert {u[2] for u in seen} == changed, new
        running = net.nva.running()
        assert f" {new}\n" in running and f" {old}\n" not in running


def test_reload_replaces_a_supernet(lab):
    """Another prefix: the new one is announced before the old one goes."""
    net = Vnet(lab, DESIGN_2)
    net.both("10.20.0.0/16", "10.96.0.0/12", "172.20.0.0/15")
    start = net.settle()
    assert net.nva.reload(DESIGN_2.replace("10.20.0.0/16", "10.20.0.0/17")).returncode == 0
    net.both("10.20.0.0/17", "10.96.0.0/12", "172.20.0.0/15")
    net.rec.wait_quiet(1.5)
    for name in ("R1", "R2"):
        assert [u[1:] for u in net.updates(start) if u[0] == name] == [
            ("announce", "10.20.0.0/17"),
            ("withdraw", "10.20.0.0/16"),
        ]


def test_reload_removes_everything(lab):
    """The avs lines go: everything is withdrawn, nothing else leaves."""
    net = Vnet(lab, DESIGN_1)
    net.both("0.0.0.0/0")
    bare = "".join(l for l in DESIGN_1.splitlines(True) if not l.startswith(" avs"))
    assert net.nva.reload(bare).returncode == 0
    net.both()
    net.rec.wait_quiet(1.5)
    assert "avs" not in "\n".join(l for l in net.nva.running().splitlines() if l.startswith(" avs"))
    for name in ("R1", "R2"):
        assert net.rec.announced(name) == {"0.0.0.0/0"}


# as it stands


@pytest.mark.parametrize("design", ["design-1", "design-2"])
def test_minimal_configuration_saves_and_boots(lab, design):
    """Start, write, restart: identical, also the lines the module added."""
    config, expected = DESIGNS[design]
    net = Vnet(lab, config)
    net.both(*expected)
    before = net.nva.running()
    for line in ("route-map AVS-IN-hub in", "route-map AVS-OUT-hub out", "unsuppress-map AVS-ORIG-hub"):
        assert before.count(line) == 2, line
    net.nva.vtysh("write memory")
    net.nva.stop()
    net.nva.start()
    net.both(*expected)
    assert net.nva.running() == before
    for name in ("R1", "R2"):
        assert net.rec.announced(name) == expected


def test_design_2_with_computed_supernets(lab):
    """What the private cloud and on-premises announce is covered, and nothing more."""
    net = Vnet(lab, azure.DESIGN_2_AUTO, routes=False)
    assert len(avs_lines(net.nva.running())) == 5
    net.rec.wait_up()
    for name in ("R1", "R2"):
        net.rec.announce(name, "10.20.0.0/26", path=[65515, 12076, 398656])
        net.rec.announce(name, "10.96.0.0/16", path=[65515, 12076, 64620])
    net.both("10.20.0.0/25", "10.96.0.0/15")


def test_lines_in_any_order(lab):
    """Neighbour before or after, roles before or after: the same plan."""
    lines = [l for l in azure.DESIGN_2.splitlines() if l.startswith(" ")]
    neighbors = [l for l in lines if "neighbor 10" in l and "avs" not in l]
    avs = [l for l in lines if "avs" in l]
    random.Random(3).shuffle(avs)
    head = azure.HEAD + BGP + "\n"
    net = Vnet(lab, head + "\n".join(avs + neighbors) + "\nexit\n")
    net.both("10.20.0.0/16", "10.96.0.0/12", "172.20.0.0/15")
    wait_for("maps", lambda: net.nva.running().count("route-map AVS-OUT-hub out") == 2)
