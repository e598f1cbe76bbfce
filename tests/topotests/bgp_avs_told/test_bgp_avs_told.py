# SPDX-License-Identifier: GPL-2.0-or-later
"""
What neighbours were told, and what they should have been told.

bgpd passes over an update subgroup while its coalesce timer runs, and splits one without
what is queued in it.  A withdrawal that falls there was lost for ever.  The timer is made
longer than bgpd's own second, so that the window is met every time.

One route server, see lib/hub.py.
"""
import time

import pytest

from lib.frr import LOST_COALESCING, LOST_SPLITTING, stock_bug
from lib.hub import ALL, AVS, INSTANCES, LAN, ONPREM, R1, R2, Hub
from lib.sides import Side, connect
from lib.told import agree, differences, states
from lib.wait import holds_for, wait_for

pytestmark = pytest.mark.asan

DEFAULT = "0.0.0.0/0"
PC, OP = "private-cloud", "on-premises"
# bgpd's own is 1.1 s with two neighbours
COALESCE = 2
# from the moment that something may not be told any more
PROMPT = 0.5


# what is told after something else waits so long
INTERVAL = ("advertisement-interval 3",)


class Cell(Hub):
    """One Route Server."""

    def __init__(self, lab, *avs, more=()):
        super().__init__(lab, INSTANCES)
        lines = ["router bgp 64512", f" coalesce-time {COALESCE * 1000}",
                 *self.neighbors("remote-as {as}", "timers connect 1", *more)]
        lines += [f" avs {l}" for l in (
            f"route-server hub neighbor {R1}", f"route-server hub neighbor {R2}",
            "route-server hub toward private-cloud", "hold-down 0", "quiet-period 0", *avs)]
        self.start([*lines, "exit"])

    def told(self):
        """How often told was not what should have been."""
        counters = self.summary()["counters"]
        return counters["toldUnlawful"], counters["toldMissing"]

    def withdrawn(self, *names, within=PROMPT):
        """The default is gone, and soon."""
        for name in names:
            self.rec.wait_rib(name, set(), within)
        holds_for("it stays gone", lambda: not any(self.rec.rib(n) for n in names), 0.3)


STOPS = {
    "shutdown": ("avs shutdown", "no avs shutdown"),
    "consent": ("no avs route-server hub accept-leak on-premises",
                "avs route-server hub accept-leak on-premises"),
    "line": ("no avs advertise default toward private-cloud",
             "avs advertise default toward private-cloud"),
}


@pytest.mark.parametrize("names, asked", [(("R1",), "soft-out"), (("R1", "R2"), "soft-out"), (("R1", "R2"), "refresh")])
def test_stopped_while_sessions_come_up(lab, names, asked):
    """Sessions come up, the whole table is asked for at once, and an emergency stop follows."""
    cell = Cell(lab, "route-server hub toward on-premises", "advertise default toward private-cloud",
                "route-server hub accept-leak on-premises")
    cell.both(DEFAULT)
    for what, (stop, undo) in STOPS.items():
        cell.flap(*names)
        time.sleep(0.2)
        if asked == "refresh":
            for name in names:
                cell.rec.refresh(name)
        else:
            cell.dut.show("clear bgp * soft out")
        for name in names:
            wait_for(f"{what}: {name} is told everything", lambda n=name: cell.rec.rib(n), 2, 0.01)
        cell.type(stop)
        cell.withdrawn("R1", "R2")
        cell.type(undo)
        cell.both(DEFAULT)
    assert cell.told() == (0, 0)


def test_on_premises_appears_while_sessions_come_up(lab):
    """Rule 2 closes in the same second."""
    cell = Cell(lab, "advertise default toward private-cloud")
    cell.both(DEFAULT)
    cell.flap("R1", "R2")
    time.sleep(0.2)
    cell.dut.show("clear bgp * soft out")
    wait_for("told", lambda: cell.rec.rib("R1") and cell.rec.rib("R2"), 2, 0.01)
    cell.learn(ONPREM, "10.100.0.0/16")
    cell.withdrawn("R1", "R2")
    assert cell.told() == (0, 0)


def test_split_with_a_withdrawal_queued(lab):
    """A neighbour leaves its subgroup, and what was queued there stays behind."""
    cell = Cell(lab, "route-server hub toward on-premises", "route-server hub accept-leak on-premises",
                "advertise default toward private-cloud", "advertise supernet 10.8.0.0/13 unconditional",
                more=INTERVAL)
    cell.both(DEFAULT, "10.8.0.0/13")
    # the first one begins the interval, the second one waits for its end, and so does what follows
    cell.type("avs advertise supernet 10.16.0.0/13 unconditional")
    cell.both(DEFAULT, "10.8.0.0/13", "10.16.0.0/13")
    cell.type("avs advertise supernet 10.24.0.0/13 unconditional")
    wait_for("queued", lambda: "10.24.0.0/13" in cell.dut.best_paths(), 2, 0.02)
    cell.type("no avs advertise default toward private-cloud")
    wait_for("withdrawn as far as bgpd knows", lambda: DEFAULT not in cell.dut.best_paths(), 2, 0.02)
    assert DEFAULT in cell.rec.rib("R1"), "bgpd has sent it at once: the test proves nothing"
    cell.rec.refresh("R1")
    for name in ("R1", "R2"):
        cell.rec.wait_rib(name, {"10.8.0.0/13", "10.16.0.0/13", "10.24.0.0/13"}, 10)


def test_overlay_neighbor_comes_up(lab):
    """Nothing but a start: start-up is over while the session with the other side is new."""
    a, b = Side(lab, "a"), Side(lab, "b")
    connect(lab, a, b)
    b.start([OP], f"overlay neighbor {b.tunnels['a'].far} interface {b.tunnels['a'].interface}")
    a.learn(AVS, "10.20.0.0/22", "10.21.0.0/22")
    a.start([PC], f"overlay neighbor {a.tunnels['b'].far} interface {a.tunnels['b'].interface}",
            first=[f"coalesce-time {2 * COALESCE * 1000}"])
    wait_for("told before its time", lambda: len(b.dut.best_paths()) == 2, 30, 0.02)
    a.forget("10.21.0.0/22")
    wait_for("gone at b", lambda: set(b.dut.best_paths()) == {"10.20.0.0/22"}, 1, 0.05)
    holds_for("it stays gone", lambda: set(b.dut.best_paths()) == {"10.20.0.0/22"}, 2 * COALESCE)
    counters = a.dut.show_json("show bgp avs json")["counters"]
    assert (counters["toldUnlawful"], counters["toldMissing"]) == (0, 0)


def most_at_once(cell, name, since):
    """The most prefixes that a session had at a time, after each UPDATE."""
    have, most = set(), 0
    for i, event in enumerate(cell.rec.events()):
        if event["session"] != name or event["event"] not in ("announce", "withdraw"):
            continue
        (have.add if event["event"] == "announce" else have.discard)(event["prefix"])
        if i >= since:
            most = max(most, len(have))
    return most


def test_never_more_than_fits(lab):
    """The budget is full, and what comes displaces what is there: it makes room first."""
    few = [f"10.{8 * n}.0.0/13" for n in range(4)]
    many = [DEFAULT, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
    cell = Cell(lab, "route-server hub route-limit 4", "route-server hub usable 100",
                "route-server hub toward on-premises", "route-server hub accept-leak on-premises",
                *(f"advertise supernet {p} unconditional" for p in few))
    cell.both(*few)
    since = cell.rec.position()
    with cell.dut.vty() as vty:
        vty.burst("enable", "configure terminal", "router bgp 64512",
                  "avs advertise companions toward private-cloud", "avs advertise default toward private-cloud")
    cell.both(*many)
    # and the other way round, while what went still waits
    with cell.dut.vty() as vty:
        vty.burst("enable", "configure terminal", "router bgp 64512",
                  "no avs advertise companions toward private-cloud",
                  "no avs advertise default toward private-cloud",
                  "avs advertise companions toward private-cloud")
    cell.both(*many[1:], few[0])
    for name in ("R1", "R2"):
        assert most_at_once(cell, name, since) == 4, cell.rec.updates(name, since)


def test_role_that_goes_and_comes_in_one_paste(lab):
    """What our own maps let out does not make it a neighbour that works without us."""
    cell = Cell(lab, "route-server hub toward on-premises", "route-server hub accept-leak on-premises",
                "advertise default toward private-cloud")
    cell.both(DEFAULT)
    for address in (R1, R2):
        cell.type(f"no avs route-server hub neighbor {address}", f"avs route-server hub neighbor {address}")
    cell.rec.wait_quiet(1)
    cell.both(DEFAULT)


def test_plan_knows_the_best_path(lab):
    """A neighbour without a role has a shorter path: plan, explain and wire say the same."""
    cell = Hub(lab, ALL)
    lines = ["router bgp 64512", " no bgp ebgp-requires-policy", *cell.neighbors("remote-as {as}", "timers connect 1")]
    lines += [f" avs {l}" for l in (
        f"route-server cloud neighbor {R1}", f"route-server op neighbor {R2}", "route-server cloud toward private-cloud",
        "route-server op toward on-premises", "hold-down 0", "quiet-period 0",
        "advertise segment private-cloud toward on-premises")]
    cell.start([*lines, "exit"])
    cell.rec.announce("R1", "10.20.0.0/22", "10.21.0.0/22", path=AVS)
    cell.rec.wait_rib("R2", {"10.20.0.0/22", "10.21.0.0/22"})
    cell.rec.announce("LAN", "10.20.0.0/22", path=[64999])

    def entries():
        plan = cell.dut.show_json("show bgp avs plan json")["planEntry"]
        return {e["prefix"]: e["reason"] for e in plan if e["routeServer"] == "op"}

    cell.rec.wait_rib("R2", {"10.21.0.0/22"})
    wait_for(lambda: f"the plan says so: {entries()}", lambda: entries().get("10.20.0.0/22") == "other-path", 5)
    told = cell.dut.show_json("show bgp avs explain 10.20.0.0/22 json")["routeServer"]
    assert {r["name"]: r["reason"] for r in told}["op"] == "other-path", told
    assert {r["name"]: r.get("bestPathOf") for r in told}["op"] == LAN, told
    assert f"(the path of {LAN})" in cell.dut.show("show bgp avs explain 10.20.0.0/22")
    assert entries()["10.21.0.0/22"] == "announced"
    cell.rec.withdraw("LAN", "10.20.0.0/22")
    cell.rec.wait_rib("R2", {"10.20.0.0/22", "10.21.0.0/22"})
    wait_for(lambda: f"and again: {entries()}", lambda: set(entries().values()) == {"announced"}, 5)


class StockCell(Hub):
    """The same recorder, and bgpd alone."""

    NETWORKS = {"10.8.0.0/13", "10.0.0.0/14"}

    def __init__(self, lab, *lines, more=()):
        super().__init__(lab, INSTANCES, module=False)
        self.start(["router bgp 64512", " no bgp ebgp-requires-policy", " no bgp network import-check",
                    *(f" {l}" for l in lines), *self.neighbors("remote-as {as}", "timers connect 1", *more),
                    *(f" network {n}" for n in self.NETWORKS), "exit"])
        self.both(*self.NETWORKS)

    def stays(self, *rest):
        """Is the network that goes kept by R1?  R2 is asked to have lost it."""
        self.rec.wait_rib("R2", {"10.8.0.0/13", *rest}, 8)
        self.rec.wait_quiet(2)
        self.dut.show("clear bgp * soft out")
        self.rec.wait_quiet(1)
        return "10.0.0.0/14" in self.rec.rib("R1")


@pytest.mark.stock
def test_stock_loses_it_coalescing(lab):
    """Without the module: the control of the tests above, and what doc/upstream.rst says."""
    cell = StockCell(lab, f"coalesce-time {COALESCE * 1000}")
    cell.rec.stop("R2")
    cell.flap("R1")
    time.sleep(0.2)
    cell.rec.refresh("R1")
    wait_for("told everything", lambda: len(cell.rec.rib("R1")) == 2, 2, 0.01)
    cell.type("no network 10.0.0.0/14")
    cell.rec.wait_quiet(COALESCE + 0.5)
    cell.rec.start("R2")
    assert cell.stays() == stock_bug(LOST_COALESCING)


@pytest.mark.stock
def test_stock_loses_it_splitting(lab):
    """Without the module: a queued withdrawal."""
    cell = StockCell(lab, more=INTERVAL)
    cell.type("network 10.12.0.0/14")
    cell.both("10.12.0.0/14", *cell.NETWORKS)
    cell.type("network 10.16.0.0/14", "no network 10.0.0.0/14")
    wait_for("withdrawn as far as bgpd knows", lambda: "10.0.0.0/14" not in cell.dut.best_paths(), 2, 0.02)
    assert "10.0.0.0/14" in cell.rec.rib("R1"), "bgpd has sent it at once: the test proves nothing"
    cell.rec.refresh("R1")
    assert cell.stays("10.12.0.0/14", "10.16.0.0/14") == stock_bug(LOST_SPLITTING)


def test_explain_knows_the_wire(lab):
    """Of each neighbour it is said what it has been told, and what stands between plan and wire."""
    cell = Hub(lab, ALL)
    lines = ["bgp route-map delay-timer 1", "route-map USER permit 10", "exit", "ip prefix-list DEFAULT seq 5 permit 0.0.0.0/0", "router bgp 64512",
             " no bgp ebgp-requires-policy", *cell.neighbors("remote-as {as}", "timers connect 1")]
    lines += [f" avs {l}" for l in (
        f"route-server hub neighbor {R1}", f"route-server hub neighbor {R2}", "route-server hub toward private-cloud",
        "hold-down 0", "quiet-period 0", "tighten-delay 1", "advertise default toward private-cloud",
        "advertise companions toward private-cloud", "route-server hub route-map USER out")]
    cell.start([*lines, "exit"])
    cell.learn(AVS, "10.20.0.0/22")
    cell.rec.announce("LAN", "10.99.0.0/16", path=[64999])
    cell.both(DEFAULT, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
    agree(cell)

    def step(expected, *lines, prefix=DEFAULT, node="router bgp 64512", **options):
        cell.type(*lines, node=node)
        wait_for(lambda: f"{lines}: {states(cell, prefix)}", lambda: states(cell, prefix) == expected, 20)
        agree(cell, 20, **options)

    told = {"R1": "told", "R2": "told"}
    step({"R1": "policy", "R2": "policy"}, "match ip address prefix-list DEFAULT", node="route-map USER deny 5")
    step(told, "no route-map USER deny 5")
    step({"R1": "shadow", "R2": "shadow"}, "avs route-server hub guard shadow", shadow=True)
    step(told, "no avs route-server hub guard shadow")
    step(told, "avs freeze")
    step(told, "no avs freeze")
    step({"R1": "refused", "R2": "refused"}, "avs shutdown")
    step(told, "no avs shutdown")
    step({"R1": "told", "R2": "session-down"}, f"neighbor {R2} shutdown")
    step(told, f"no neighbor {R2} shutdown")
    # the comparison itself: a receiver that lacks one
    rib = cell.rec.rib
    cell.rec.rib = lambda name, rib=rib: {p: r for p, r in rib(name).items() if p != DEFAULT}
    assert len(differences(cell)) == 2
    cell.rec.rib = rib
    cell.type("avs route-server hub guard monitor")
    cell.dut.show("clear bgp * soft out")
    step({"R1": "monitor", "R2": "monitor"}, prefix="10.99.0.0/16")
