# SPDX-License-Identifier: GPL-2.0-or-later
"""
`show bgp avs doctor`, `preview`, `shadow`, `as-frr-config`; adopting an appliance that works.

One route server, and a router without a role, see lib/hub.py.
"""
import re

import pytest

from lib.frr import MGMTD
from lib.hub import ALL, AVS, BGP, ONPREM, R1, R2, VNET, Hub
from lib.wait import wait_for

pytestmark = pytest.mark.asan

LINES = [
    f"avs route-server hub neighbor {R1}",
    f"avs route-server hub neighbor {R2}",
    "avs route-server hub toward private-cloud",
    "avs route-server hub toward on-premises",
    "avs hold-down 0",
    "avs quiet-period 0",
]
STEPS = 11


class Cell(Hub):
    """Router and recorder; without some of the neighbours at first."""

    def __init__(self, lab, *avs, missing=(), top=()):
        super().__init__(lab, [s for s in ALL if s["name"] not in missing], ALL)
        lines = [*top, BGP, " no bgp ebgp-requires-policy", *self.neighbors("remote-as {as}", "timers 3 9")]
        self.start([*lines, *(" " + l for l in avs), "exit"], daemons=("zebra", "staticd", "bgpd"))

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
    cell = Cell(lab, "avs quiet-period 0", missing=["R2", "LAN"])
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
    # both ends offer it, bgpd by default; it ends with the next session
    cell.has(3, "WARNING", f"neighbor {R2} graceful-restart-disable")
    cell.type(*(f"neighbor {r} graceful-restart-disable" for r in (R1, R2)))
    mark = cell.rec.position()
    cell.dut.vtysh("clear bgp *", check=True)
    for name in ("R1", "R2"):
        cell.rec.wait_event(name, "up", since=mark, timeout=30)
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


def test_log(lab):
    """When a warning begins, and when it ends, with a name that does not change."""
    cell = Cell(lab, *LINES)
    log = cell.dut.dir / "log" / "bgpd.log"

    def logged():
        return re.findall(r"AVS: default: (\S+ \S+ (?:begins|ends)): ", log.read_text())

    cell.rec.stop("R2")
    wait_for(lambda: f"{logged()}", lambda: "warning session-down begins" in logged(), 15)
    cell.rec.start("R2")
    wait_for(lambda: f"{logged()}", lambda: "warning session-down ends" in logged(), 20)
    assert logged().count("warning session-down begins") == 1


def test_preview(lab):
    """What both sides are expected to learn, and by what way."""
    cell = Cell(lab, *LINES, "avs advertise supernet 10.20.0.0/15", "avs advertise default vnet-only")
    cell.learn(AVS, "10.20.0.0/16")
    cell.learn(ONPREM, "10.30.0.0/16", "10.0.0.0/8")
    cell.learn(VNET, "10.1.0.0/16")
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
    kept += [f" neighbor {s['address']} remote-as {s['as']}" for s in ALL] + ["exit"]
    cell.dut.write("frr.conf", "\n".join(kept) + "\n" + config)
    for daemon in (*MGMTD, "zebra", "staticd"):
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


HAND_WRITTEN = [
    "ip prefix-list TO-AZURE permit 0.0.0.0/0",
    "ip prefix-list TO-AZURE permit 10.20.0.0/15",
    "ip prefix-list TO-AZURE permit 10.99.0.0/16",
    "ip prefix-list TO-AZURE permit 10.77.0.0/24",
    "route-map TO-AZURE permit 10",
    " match ip address prefix-list TO-AZURE",
    "exit",
]
ADOPT = [f"avs route-server hub neighbor {R1}", f"avs route-server hub neighbor {R2}"]
INTENT = [
    "avs route-server hub toward private-cloud", "avs route-server hub toward on-premises",
    "avs route-server hub accept-leak on-premises", "avs route-server hub permit prefix-list VIP",
    "avs advertise default toward private-cloud", "avs advertise supernet 10.20.0.0/15",
    "avs advertise companions toward private-cloud",
]


def hand_written(lab):
    """An appliance that works, by hand: the module is loaded, and nothing says so."""
    cell = Cell(lab, top=HAND_WRITTEN)
    for line, status, text in cell.dut.configure(
            BGP, "no bgp network import-check", "address-family ipv4 unicast", "network 0.0.0.0/0",
            "network 10.20.0.0/15", "network 10.99.0.0/16",
            f"neighbor {R1} route-map TO-AZURE out", f"neighbor {R2} route-map TO-AZURE out"):
        assert status == 0, f"{line}: {text}"
    cell.dut.configure("ip prefix-list VIP permit 10.77.0.0/24")
    cell.learn(AVS, "10.20.0.0/16")
    cell.rec.announce("LAN", "10.77.0.0/24", path=[64999, 12076])
    for name in ("R1", "R2"):
        cell.rec.wait_rib(name, {"0.0.0.0/0", "10.20.0.0/15", "10.99.0.0/16", "10.77.0.0/24"})
    # bgpd sends everything again when the timer of its route-maps is over
    cell.rec.wait_quiet(6, timeout=40)
    return cell


def shadow(cell):
    """(prefix, difference) -> what, which both neighbours have alike."""
    found = cell.dut.show_json("show bgp avs shadow json")["shadow"]
    each = {n: {(d["prefix"], d["difference"]): d["what"] for d in found if d["neighbor"] == n} for n in (R1, R2)}
    assert each[R1] == each[R2], found
    return each[R1]


def test_adoption(lab):
    """Refused without shadow; in shadow nothing moves; then what differs, and only that, changes."""
    cell = hand_written(lab)
    since = cell.rec.position()
    cell.type("avs quiet-period 0")
    for line in ADOPT:
        (_, status, text), = cell.dut.configure(BGP, line)[-1:]
        assert status != 0 and "being told 4 prefixes" in text and "hub guard shadow" in text, text
    cell.type("avs route-server hub guard shadow", *ADOPT, *INTENT)
    differences = {
        ("10.99.0.0/16", "sent-not-planned"): "not-planned",
        ("10.77.0.0/24", "other-attributes"): "next hop, Azure's AS numbers in the path",
        **{(p, "planned-not-sent"): "companion" for p in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")},
    }
    wait_for(lambda: f"{shadow(cell)}", lambda: shadow(cell) == differences, 10)
    text = cell.dut.show("show bgp avs shadow")
    assert "10 differences, 4 announcements as planned" in text, text
    assert "shadow" in cell.warnings()
    cell.rec.wait_quiet()
    assert not cell.rec.updates("R1", since) and not cell.rec.updates("R2", since)
    # its lines are the user's
    cell.type(f"neighbor {R1} send-community", "address-family ipv4 unicast", f"neighbor {R1} route-map TO-AZURE out")
    assert "route-map TO-AZURE out" in cell.dut.running() and "AVS-OUT" not in cell.dut.running()
    assert " shadow " in cell.dut.show("show bgp avs plan")
    # nothing of it survives the switch but what is planned, and what is the same is not told again
    cell.type("no avs route-server hub guard shadow")
    planned = {"0.0.0.0/0", "10.20.0.0/15", "10.77.0.0/24", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
    for name in ("R1", "R2"):
        cell.rec.wait_rib(name, planned)
        assert cell.rec.rib(name)["10.77.0.0/24"]["path"] == [64512, 64999]
        withdrawn = {e["prefix"] for e in cell.rec.updates(name, since) if e["event"] == "withdraw"}
        assert withdrawn == {"10.99.0.0/16"}
        assert not cell.rec.flaps(name)
    wait_for(lambda: f"{shadow(cell)}", lambda: shadow(cell) == {}, 10)


def open_appliance(lab):
    """An appliance that works, without any policy; returns it and where its UPDATEs begin."""
    cell = Cell(lab)
    for line, status, text in cell.dut.configure(
            BGP, "no bgp network import-check", "address-family ipv4 unicast", "network 0.0.0.0/0",
            "network 10.99.0.0/16"):
        assert status == 0, f"{line}: {text}"
    for name in ("R1", "R2"):
        cell.rec.wait_rib(name, {"0.0.0.0/0", "10.99.0.0/16"})
    cell.rec.wait_quiet()
    return cell, cell.rec.position()


@pytest.mark.parametrize("quiet", [0, 2])
def test_adoption_given_up(lab, quiet):
    """In shadow, and back: the lines go, the shadow last; nobody is told anything of it."""
    cell, since = open_appliance(lab)
    shadow_line = "avs route-server hub guard shadow"
    cell.type(shadow_line, f"avs quiet-period {quiet}", *ADOPT, *INTENT)
    cell.rec.wait_quiet(2)
    cell.type(*(f"no {line}" for line in reversed(INTENT + ADOPT)), f"no avs quiet-period {quiet}", f"no {shadow_line}")
    cell.rec.wait_quiet(quiet + 6, timeout=40)
    assert not cell.rec.updates("R1", since) and not cell.rec.updates("R2", since)
    assert "avs" not in cell.dut.running().lower().replace("avs_", ""), cell.dut.running()


def test_adoption_of_an_open_appliance(lab):
    """No policy at all: the first line is refused unless it is shadow, and nothing moves then."""
    cell, since = open_appliance(lab)
    for line in ("avs quiet-period 0", "avs advertise companions toward private-cloud", "avs shutdown"):
        (_, status, text), = cell.dut.configure(BGP, line)[-1:]
        assert status != 0 and "being told 2 prefixes without a policy" in text, text
    cell.type("avs route-server hub guard shadow", "avs quiet-period 0", ADOPT[0], *INTENT)
    cell.rec.wait_quiet(2)
    # R2 has no role yet, and is no stranger to be closed
    assert not cell.rec.updates("R1", since) and not cell.rec.updates("R2", since)
    assert "AVS-" not in cell.dut.running()
    cell.type(ADOPT[1])
    cell.rec.wait_quiet(2)
    assert not cell.rec.updates("R2", since)
    cell.type("no avs route-server hub guard shadow")
    for name in ("R1", "R2"):
        cell.rec.wait_rib(name, {"0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"})
        assert {e["prefix"] for e in cell.rec.updates(name, since) if e["event"] == "withdraw"} == {"10.99.0.0/16"}
        assert not cell.rec.flaps(name)


def test_shadow_survives_a_restart(lab):
    """Saved, read again: the policy by hand is still in its slots."""
    cell = hand_written(lab)
    cell.type("avs route-server hub guard shadow", *ADOPT, *INTENT)
    cell.dut.vtysh("write")
    cell.dut.restart_bgpd()
    cell.rec.wait_up()
    cell.learn(AVS, "10.20.0.0/16")
    cell.rec.announce("LAN", "10.77.0.0/24", path=[64999, 12076])
    for name in ("R1", "R2"):
        cell.rec.wait_rib(name, {"0.0.0.0/0", "10.20.0.0/15", "10.99.0.0/16", "10.77.0.0/24"})
    running = cell.dut.running()
    assert running.count("route-map TO-AZURE out") == 2 and "AVS-" not in running, running


def test_back_into_shadow(lab):
    """What is originated goes, the guard's maps stay until the user puts his own."""
    cell = Cell(lab, *LINES, "avs route-server hub accept-leak on-premises",
                "avs advertise default toward private-cloud")
    cell.rec.wait_rib("R1", {"0.0.0.0/0"})
    cell.rec.announce("LAN", "10.78.0.0/24")
    cell.type("avs route-server hub guard shadow")
    cell.rec.wait_rib("R1", set())
    cell.rec.wait_rib("R2", set())
    assert "AVS-OUT-hub" in cell.dut.running()
    cell.dut.configure("route-map MINE permit 10")
    cell.type("address-family ipv4 unicast", f"neighbor {R1} route-map MINE out")
    cell.rec.wait_rib("R1", {"10.78.0.0/24"})
    cell.rec.wait_rib("R2", set())


def test_without_lines_or_plan(lab):
    """Nothing to show is said in a sentence."""
    cell = Cell(lab)
    for what in ("doctor", "preview", "as-frr-config"):
        result = cell.dut.vtysh(f"show bgp avs {what}")
        assert "has no avs lines" in result.stdout + result.stderr
    assert cell.dut.show_json("show bgp avs preview json") == {}
