# SPDX-License-Identifier: GPL-2.0-or-later
"""
P8: for how long does an event of the module keep bgpd's loop?

bgpd counts itself: `show thread cpu` has the longest run of every event function.  Commands
run inside an event of libfrr, so for them the longest run of that one is taken.  The table is
cleared before each scenario.
"""
import re
import threading
import time

import feed
import workloads
from cell import Cell
from lib.frr import Vty

COMMAND_EVENTS = ("vtysh_read", "vty_read")
SHOWS = ("", " routes", " plan", " leaks", " changes", " udr", " preview", " shadow", " explain 10.0.0.0/20")
TEXTS = (" doctor", " as-frr-config")
# between two walks that verify the table
RECONCILE_SEC = 300
ROW = re.compile(r"^ *\d+ +[\d.]+ +(\d+) +\d+ +(\d+) +\d+ +(\d+) .* (\w+)(?:\(\w*\))? *$", re.M)


def events(vty):
    """Event -> (runs, most CPU, most wall time in ms) since it was cleared."""
    status, text = vty("show thread cpu")
    if status:
        text = vty("show event cpu")[1]
    found = {}
    for runs, cpu, wall, name in ROW.findall(text):
        old = found.get(name, (0, 0.0, 0.0))
        found[name] = (old[0] + int(runs), max(old[1], int(cpu) / 1000), max(old[2], int(wall) / 1000))
    return found


def clear(vty):
    """Count anew."""
    if vty("clear thread cpu")[0]:
        vty("clear event cpu")


class Probe:
    """The longest time that a cheap command of somebody else waits."""

    def __init__(self, path):
        self.longest, self.ended = 0.0, threading.Event()
        self.vty = Vty(path, timeout=300)
        self.thread = threading.Thread(target=self.run)

    def run(self):
        """Ask again and again."""
        while not self.ended.wait(0.01):
            start = time.monotonic()
            self.vty("show bgp avs changes")
            self.longest = max(self.longest, 1000 * (time.monotonic() - start))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        self.vty.close()


class Holds:
    """Scenarios in one cell, one after the other."""

    def __init__(self, cell, case):
        self.cell, self.case = cell, case
        self.path = cell.dut.dir / "run" / "bgpd.vty"
        self.results = []

    def scenario(self, name, action, commands=False):
        """Do something, wait for calm, and say what held the loop."""
        with Vty(self.path, timeout=300) as vty:
            clear(vty)
            with Probe(self.path) as probe:
                action(vty)
                # longer than what a poll may still find
                time.sleep(1.5)
            self.cell.settle()
            found = events(vty)
        mine = {k: v for k, v in found.items() if k.startswith("avs_") or (commands and k in COMMAND_EVENTS)}
        event = max(mine, key=lambda k: mine[k][1], default=None)
        runs, cpu, wall = mine.get(event, (0, 0.0, 0.0))
        self.results.append(
            {"case": self.case, "scenario": name, "event": event, "runs": runs, "cpu": cpu, "wall": wall,
             "answer": probe.longest, "events": found, "leaks": self.cell.do("state")["leaks"]}
        )

    def shows(self):
        """Every show command, as text and as JSON."""
        for what in SHOWS:
            for form in ("", " json"):
                line = f"show bgp avs{what}{form}"
                self.scenario(line, lambda vty, line=line: vty(line), True)
        for what in TEXTS:
            line = f"show bgp avs{what}"
            self.scenario(line, lambda vty, line=line: vty(line), True)


def neighbors(count):
    """Addresses of so many instances."""
    return [f"192.0.2.{11 + i}" for i in range(count)]


def config(servers, supernets):
    """bgpd.conf: route servers of two instances each."""
    text = workloads.TOP + "router bgp 64512\n bgp router-id 192.0.2.1\n timers bgp 60 180\n"
    addresses = neighbors(2 * servers)
    text += "".join(f" neighbor {a} remote-as 65515\n" for a in addresses)
    for number, address in enumerate(addresses):
        text += f" avs route-server rs{number // 2} neighbor {address}\n"
    for number in range(servers):
        name = f"rs{number}"
        text += f" avs route-server {name} toward private-cloud\n avs route-server {name} toward on-premises\n"
        text += f" avs route-server {name} accept-leak on-premises\n avs route-server {name} usable 100\n"
        text += f" avs route-server {name} route-limit 1000\n avs route-server {name} gateway-limit 100000\n"
    text += " avs quiet-period 0\n avs advertise default toward private-cloud\n"
    return text + "".join(f" avs advertise supernet {p}\n" for p in supernets) + "exit\n"


def cell_of(servers, supernets):
    """A cell with that many route servers."""
    return Cell("avs-supernets", config(servers, supernets), neighbors=neighbors(2 * servers), script="many.py")


def idle(cell, seconds):
    """Per cent of a core when nothing happens."""
    before = cell.cpu()
    time.sleep(seconds)
    return 100 * (cell.cpu() - before) / seconds


def restore(cell, n):
    """Sessions are up, and deliver."""
    cell.do("open")
    cell.do("feed", n=n)


def table(n):
    """One route server of two instances, n routes from each."""
    with cell_of(1, feed.supernets(n)) as cell:
        holds = Holds(cell, f"{n} routes")
        cell.do("open")
        holds.scenario("load", lambda _: cell.do("feed", n=n))
        holds.scenario("10,000 flaps", lambda _: cell.do("flap", n=min(n, 10000)))
        holds.shows()

        def link(_):
            cell.do("close")
            time.sleep(1.0)
            restore(cell, n)

        holds.scenario("link down and up", link)

        def reset(vty):
            vty("clear bgp *")
            time.sleep(0.5)
            restore(cell, n)

        holds.scenario("clear bgp *", reset)
        if n >= 100000:
            holds.scenario("reconcile", lambda _: time.sleep(RECONCILE_SEC))
        holds.scenario("classification changes", lambda vty: lines(vty, "avs segment on-premises prefix 172.31.0.0/16"))
    return holds.results


def lines(vty, *typed):
    """Type lines under `router bgp`."""
    for line in ("configure terminal", "router bgp 64512", *typed, "end"):
        vty(line)


def many(servers, supernets, n):
    """Many route servers, many supernets."""
    with cell_of(servers, supernets) as cell:
        holds = Holds(cell, f"{servers} route servers x 2, {len(supernets)} supernets")
        holds.scenario("start", lambda _: cell.do("open"))
        holds.scenario("load", lambda _: cell.do("feed", n=n))
        holds.scenario("one more supernet", lambda vty: lines(vty, "avs advertise supernet 172.30.0.0/16"))
        holds.shows()
        load = idle(cell, 20)
    holds.results.append({"case": holds.case, "scenario": "idle", "load": load, "leaks": 0})
    return holds.results


def supernets_of(count):
    """So many /18 and /20, all of which have routes below in feed.routes()."""
    return [f"10.{i // 16}.{i % 16 * 16}.0/20" for i in range(count)]
