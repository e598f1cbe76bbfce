# SPDX-License-Identifier: GPL-2.0-or-later
"""
`show bgp avs doctor`, `preview`, `as-frr-config`.

      dut .1 AS 64512               recorder, one node
    +----------+                  +---------------------------------------------+
    |  FRR +   |  192.0.2.0/24    | R1 .11, R2 .12  AS 65515, instances of hub   |
    |  module  |------------------| LAN .13         AS 64999, without a role     |
    +----------+                  +---------------------------------------------+
"""
import re

import pytest

from lib.wait import wait_for

pytestmark = pytest.mark.asan

R1, R2, LAN = "192.0.2.11", "192.0.2.12", "192.0.2.13"
SESSIONS = [
    {"name": "R1", "address": R1, "as": 65515},
    {"name": "R2", "address": R2, "as": 65515},
    {"name": "LAN", "address": LAN, "as": 64999},
]
AVS = [65515, 12076, 398656]
ONPREM = [65515, 12076, 64620]
BGP = "router bgp 64512"
LINES = [
    f"avs route-server hub neighbor {R1}",
    f"avs route-server hub neighbor {R2}",
    "avs route-server hub toward private-cloud",
    "avs route-server hub toward on-premises",
    "avs hold-down 0",
    "avs quiet-period 0",
]
STEPS = 11


class Cell:
    """Router and recorder."""

    def __init__(self, lab, *avs, neighbors=SESSIONS, top=()):
        self.dut, self.rec = lab.cell(SESSIONS)
        lines = ["hostname dut", *top, BGP, " no bgp ebgp-requires-policy"]
        lines += [f" neighbor {s['address']} remote-as {s['as']}" for s in neighbors]
        lines += [f" neighbor {s['address']} timers 3 9" for s in neighbors]
        lines += [" " + l for l in avs] + ["exit"]
        self.dut.start("\n".join(lines) + "\n", daemons=("zebra", "staticd", "bgpd"))
        self.rec.wait_up(*(s["name"] for s in neighbors))

    def type(self, *lines):
        """Type lines under router bgp; all must be taken."""
        for line, status, text in self.dut.configure(BGP, *lines):
            assert status == 0, f"{line}: {text}"

    def learn(self, path, *prefixes):
        """Route Server delivers prefixes, through both instances."""
        for name in ("R1", "R2"):
            self.rec.announce(name, *prefixes, path=path)

    def doctor(self):
        """Step -> [(mark, text)]."""
        steps = {}
        for line in self.dut.show("show bgp avs doctor").splitlines():
            found = re.match(r" *(\d+)  (\S+) +(.*)", line)
            if found:
                steps.setdefault(int(found[1]), []).append((found[2], found[3]))
        return steps

    def sick(self):
        """What doctor has to say, but for notices."""
        return {(step, mark, text) for step, found in self.doctor().items() for mark, text in found
                if mark not in ("ok", "notice")}

    def has(self, step, mark, *words):
        """Wait until doctor says so."""
        def said():
            return any(s == step and m == mark and all(w in t for w in words) for s, m, t in self.sick())
        wait_for(lambda: f"{step} {mark} {words}: {self.sick()}", said, 15)


def test_doctor_from_nothing_to_working(lab):
    """Each step names what to type; typing it brings the next one; at the end everything is ok."""
    cell = Cell(lab, "avs quiet-period 0", neighbors=[SESSIONS[0]])
    cell.type(f"avs route-server hub neighbor {R1}")
    cell.has(2, "WARNING", "toward")
    cell.has(2, "WARNING", "one neighbor")
    assert set(cell.doctor()) == set(range(1, STEPS + 1))
    cell.type("avs route-server hub toward private-cloud", "avs route-server hub toward on-premises",
              f"avs route-server hub neighbor {R2}")
    cell.has(3, "WARNING", R2)
    cell.has(7, "WARNING", "nothing is asked for")
    cell.type(f"neighbor {R2} remote-as 65515", f"neighbor {R2} timers 3 9")
    cell.rec.wait_up("R2")
    cell.type("avs advertise default toward private-cloud", "avs advertise companions toward private-cloud")
    cell.has(7, "refused", "0.0.0.0/0 toward hub, 20 leak-default", "show bgp avs explain 0.0.0.0/0")
    cell.has(7, "refused", "10.0.0.0/8 and 2 more toward hub, 21 leak-rfc1918")
    cell.learn(AVS, "10.20.0.0/16")
    cell.type("avs route-server hub accept-leak on-premises")
    wait_for(lambda: f"{cell.sick()}", lambda: not cell.sick(), 15)
    assert [found[0][0] for step, found in sorted(cell.doctor().items())].count("ok") >= STEPS - 1
    # and when something breaks later
    cell.rec.stop("R2")
    cell.has(4, "WARNING", R2)
    cell.type("avs route-server hub route-map NONE out")
    cell.has(6, "ALARM", "NONE")
    cell.type("avs route-server hub guard monitor")
    cell.has(11, "WARNING", "monitor")
    cell.type("avs shutdown")
    cell.has(1, "WARNING", "shutdown")


def test_doctor_waits(lab):
    """What time alone mends is said as such."""
    cell = Cell(lab, "avs quiet-period 30", *LINES[:4])
    cell.rec.stop("R2")
    cell.dut.restart_bgpd()
    cell.has(4, "wait", "not every neighbor has told its routes")
    cell.rec.start("R2")
    cell.rec.wait_up("R1", "R2")
    cell.type("no avs route-server hub toward on-premises")
    cell.has(2, "wait", "removed lines take effect in")


def test_preview(lab):
    """What both sides are expected to learn, and by what way."""
    cell = Cell(lab, *LINES, "avs advertise supernet 10.20.0.0/15", "avs advertise default vnet-only")
    cell.learn(AVS, "10.20.0.0/16")
    cell.learn(ONPREM, "10.30.0.0/16", "10.0.0.0/8")
    cell.learn([65515], "10.1.0.0/16")
    cell.rec.wait_rib("R1", {"10.20.0.0/15", "0.0.0.0/0"})
    found = cell.dut.show_json("show bgp avs preview json")["preview"]
    both = [{"prefix": "10.20.0.0/15", "routeServer": "hub", "via": "plan", "class": "supernet",
             "reason": "announced-inside-cover"}, {"prefix": "10.1.0.0/16", "routeServer": "hub", "via": "network"}]
    assert found == [{"segment": s, **e} for s in ("private-cloud", "on-premises") for e in both]
    text = cell.dut.show("show bgp avs preview")
    assert "nothing here is measured" in text and text.count("10.20.0.0/15") == 2
    cell.type("avs route-server hub global-reach on-premises")
    wait_for("global reach", lambda: {(e["segment"], e["prefix"]) for e in
                                      cell.dut.show_json("show bgp avs preview json")["preview"]
                                      if e["via"] == "global-reach"}
             == {("private-cloud", "10.30.0.0/16"), ("private-cloud", "10.0.0.0/8"), ("on-premises", "10.20.0.0/16")}, 10)


def test_the_way_back(lab):
    """The printed configuration, in a bgpd without the module: the same announcements."""
    cell = Cell(
        lab, *LINES, "avs advertise supernet 10.20.0.0/15", "avs route-server hub permit prefix-list VIP",
        "avs route-server hub accept-leak on-premises", "avs advertise default toward private-cloud",
        "avs advertise default next-hop 192.0.2.99", "avs route-server hub prepend 2",
        top=["ip prefix-list VIP permit 10.77.0.0/24"],
    )
    cell.learn(AVS, "10.20.0.0/16")
    cell.learn(ONPREM, "10.30.0.0/16")
    cell.rec.announce("LAN", "10.77.0.0/24", "10.78.0.0/24", path=[64999, 12076, 64998])
    cell.rec.wait_rib("R1", {"10.20.0.0/15", "0.0.0.0/0", "10.77.0.0/24"})

    def told(name):
        # a `network` has MED 0 where the module sends none, which is the same to a receiver
        keys = ("path", "next_hop", "communities")
        return {p: {k: r.get(k) for k in keys} for p, r in cell.rec.rib(name).items()}

    before = {name: told(name) for name in ("R1", "R2")}
    assert before["R1"]["0.0.0.0/0"]["next_hop"] == "192.0.2.99"
    assert before["R1"]["10.77.0.0/24"]["path"] == [64512, 64512, 64512, 64999, 64998]
    config = cell.dut.show("show bgp avs as-frr-config")
    assert "ip route 10.20.0.0/15 Null0 254" in config
    cell.dut.stop()
    kept = ["hostname dut", BGP, " no bgp ebgp-requires-policy"]
    kept += [f" neighbor {s['address']} remote-as {s['as']}" for s in SESSIONS] + ["exit"]
    cell.dut.write("frr.conf", "\n".join(kept) + "\n" + config)
    for daemon in ("zebra", "staticd"):
        cell.dut.start_daemon(daemon)
    cell.dut.start_daemon("bgpd", module=False)
    result = cell.dut.run("vtysh -b", check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    cell.rec.wait_up()
    cell.learn(AVS, "10.20.0.0/16")
    cell.learn(ONPREM, "10.30.0.0/16")
    cell.rec.announce("LAN", "10.77.0.0/24", "10.78.0.0/24", path=[64999, 12076, 64998])
    wait_for(lambda: f"{before} became {told('R1')} {told('R2')}",
             lambda: {name: told(name) for name in ("R1", "R2")} == before, 30)
    kernel = cell.dut.out("ip -4 route show")
    assert "blackhole 10.20.0.0/15" in kernel, kernel


def test_without_lines_or_plan(lab):
    """Nothing to show is said in a sentence."""
    cell = Cell(lab)
    for what in ("doctor", "preview", "as-frr-config"):
        result = cell.dut.vtysh(f"show bgp avs {what}")
        assert "has no avs lines" in result.stdout + result.stderr
    assert cell.dut.show_json("show bgp avs preview json") == {}
