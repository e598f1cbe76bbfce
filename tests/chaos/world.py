# SPDX-License-Identifier: GPL-2.0-or-later
"""
The router, its neighbors, and one case played on them.

      dut .1 AS 64512            recorder, one node
    +---------+                +---------------------------------------------+
    |   FRR   | 192.0.2.0/24   | H1 .11, H2 .12 AS 65515  route server hub   |
    |    +    |----------------| D1 .21, D2 .22 AS 65515  route server dmz   |
    |  module |                | PLAIN .13, SRC .14       without a role     |
    +---------+                +---------------------------------------------+

The daemons are started once; a case begins with `no router bgp` and its own lines.
A rest is there when plan, receivers and explain agree and no rule is broken, and stays
so for a moment; if that does not come within `patience` seconds, what is wrong then is the finding.
"""
import json
import pathlib
import random
import signal
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "topotests"))
sys.path.insert(0, str(TOP / "tests" / "chaos"))

import oracle  # noqa: E402
import steps  # noqa: E402
from lib.frr import BgpdDied  # noqa: E402
from lib.wait import TimedOut, wait_for  # noqa: E402

BGP = f"router bgp {oracle.LOCAL_AS}"
REST, QUIET = 15.0, 0.5
# for 1.1 s and more after a session came up bgpd collects before it sends
COALESCE = 1.6
SESSIONS = [{"name": name, "address": address, "as": steps.ASNS.get(name, 65515),
             "families": ["ipv4-unicast", "ipv6-unicast"]} for name, address in steps.ADDRESSES.items()]
ROLES = {name: address for name, address in steps.ADDRESSES.items() if name not in ("PLAIN", "SRC")}


class Failure(Exception):
    """A case went wrong; its text says how."""

    KINDS = ("rule 2", "rule 4", "rule 5", "rule 6", "avs shutdown", "no role", "no line asks", "plan but", "explain",
             "differ", "lacks", "counter", "not established", "does not come to rest", "died", "Sanitizer", "at the start")

    @property
    def kind(self):
        """The same for the same fault, however the case was cut."""
        return next((kind for kind in self.KINDS if kind in str(self)), "other")


class World:
    """One bgpd for many cases."""

    def __init__(self, lab, patience=REST):
        self.patience = patience
        self.dut, self.rec = lab.cell(SESSIONS)
        self.dut.start("hostname dut\nbgp route-map delay-timer 1\nroute-map PALL permit 10\nexit\n",
                       daemons=("zebra", "bgpd"))
        self.vty = self.dut.vty()
        self.routes, self.stopped = {}, set()
        self.flow = None
        self.position = 0
        self.operations = self.rests = self.updates = 0

    # words to bgpd

    def into(self, *nodes):
        """Go to a node of the configuration."""
        self.vty("end")
        self.vty.lines("configure terminal", *nodes)

    def show(self, command):
        """Value of a show command in JSON."""
        self.vty("end")
        _, text = self.vty(f"{command} json")
        return json.loads(text)

    # the log of the recorder

    def follow(self):
        """Judge what came since the last time; returns how many UPDATEs that were."""
        events = self.rec.events(self.position)
        self.position += len(events)
        updates = 0
        for event in events:
            updates += event["event"] in ("announce", "withdraw")
            if event["event"] == "mark":
                self.flow.step(event["time"], *self.marks.pop(0))
            else:
                self.flow.event(event)
        self.updates += updates
        if self.flow.faults:
            raise Failure("on the wire:\n  " + "\n  ".join(self.flow.faults[:6]))
        return len(events)

    def mark(self, state, forgets=()):
        """The next state; the log says when."""
        self.marks.append((state, forgets))
        self.state = state
        self.rec.do("mark")

    def now(self):
        """The recorder's clock."""
        self.mark(self.state)
        self.follow()
        return self.flow.states[-1][0]

    # a case

    def begin(self, case):
        """Everything anew."""
        self.into()
        self.vty(f"no {BGP}")
        for name, table in self.routes.items():
            if table:
                self.rec.withdraw(name, *table)
        for name in steps.ADDRESSES:
            self.rec.start(name)
        self.routes, self.stopped = {}, set()
        wait_for("sessions are down", lambda: not any(self.rec.do("state")["up"].values()), 20, 0.02)
        self.position = self.rec.position()
        self.marks = []
        self.flow = oracle.Flow(ROLES, oracle.State())
        lines = [" bgp router-id 192.0.2.1", "no bgp ebgp-requires-policy", "no bgp network import-check",
                 "timers bgp 20 60"]
        lines += [f"avs {line}" for line in case["avs"]]
        for session in SESSIONS:
            lines += [f"neighbor {session['address']} remote-as {session['as']}",
                      f"neighbor {session['address']} timers connect 1"]
        state = oracle.State()
        for line in lines:
            state.typed(line)
        self.mark(state)
        self.into()
        for line, status, text in self.vty.burst(BGP, *lines):
            if status:
                raise Failure(f"at the start: {line}: {text}")
        self.rec.wait_up(timeout=30)

    def play(self, case):
        """All steps of a case; raises Failure."""
        try:
            self.begin(case)
            for number, step in enumerate(case["steps"]):
                self.number = number
                getattr(self, "do_" + step[0])(*step[1:])
                self.operations += 1
                self.follow()
        except BgpdDied as error:
            raise Failure(f"step {self.number}: {error}") from None
        except TimedOut as error:
            raise Failure(f"step {self.number}: {error}") from None
        reports = self.dut.reports() or "\n".join(self.dut.crashed())
        if reports:
            raise Failure(reports)

    def do_type(self, *lines):
        after = self.state.copy()
        for line in lines:
            after.typed(line)
        self.mark(after)
        self.into(BGP)
        if any(status for _, status, _ in self.vty.burst(*lines)):
            # some were refused: what is in force is what is shown, defaults besides
            after = after.copy()
            after.lines = self.in_force()
            self.mark(after)

    def in_force(self):
        """The lines of ours, from the running configuration."""
        self.vty("end")
        _, text = self.vty("show running-config")
        return [line.strip()[4:] for line in text.splitlines() if line.startswith(" avs ")]

    def do_af(self, *lines):
        self.into(BGP, "address-family ipv4 unicast")
        self.vty.burst(*lines)
        self.flow.own_policy |= {line.split()[1] for line in lines if line.endswith("route-map PALL out")}

    def do_top(self, *lines):
        self.into()
        self.vty.burst(*lines)

    def do_enable(self, line):
        self.vty("end")
        self.vty(line)

    def do_announce(self, sessions, prefixes, route):
        after = self.state.copy()
        for name in sessions:
            after.routes.setdefault(name, {}).update({p: route for p in prefixes})
            self.routes.setdefault(name, {}).update({p: route for p in prefixes})
        self.mark(after)
        for name in sessions:
            self.rec.announce(name, *prefixes, **route)

    def do_withdraw(self, sessions, prefixes):
        after = self.state.copy()
        for name in sessions:
            for prefix in prefixes:
                after.routes.get(name, {}).pop(prefix, None)
                self.routes.get(name, {}).pop(prefix, None)
        self.mark(after)
        for name in sessions:
            self.rec.withdraw(name, *prefixes)

    def do_stop(self, name):
        self.rec.stop(name)
        self.stopped.add(name)

    def do_start(self, name):
        self.rec.start(name)
        self.stopped.discard(name)

    def do_refresh(self, name):
        if self.rec.is_up(name):
            self.rec.refresh(name)

    def do_wait(self, seconds):
        time.sleep(seconds)

    def do_kill(self):
        self.vty("end")
        self.dut.vtysh("write memory")
        self.vty.close()
        self.dut.stop_daemon("bgpd", signal.SIGKILL)
        wait_for("sessions are down", lambda: not any(self.rec.do("state")["up"].values()), 20, 0.02)
        self.mark(self.state, tuple(steps.INSTANCES))
        self.dut.start_daemon("bgpd")
        self.dut.run("vtysh -b -d bgpd", check=False)
        self.vty = self.dut.vty()

    def expected_up(self):
        """Sessions that nothing holds down."""
        peers = self.show("show bgp neighbors")
        return {n for n, a in steps.ADDRESSES.items() if n not in self.stopped and not peers[a].get("adminShutDown")}

    @staticmethod
    def rec_up(up):
        """Names of the sessions that are up."""
        return {name for name, is_up in up.items() if is_up}

    def wrong(self):
        """What is wrong at this moment."""
        up = self.rec.do("state")["up"]
        away = sorted(n for n in self.expected_up() if not up[n])
        if away:
            return [f"not established: {away}"]
        plan = {(e["routeServer"], e["prefix"]) for e in self.show("show bgp avs plan").get("planEntry", ()) if e["announced"]}
        pick = random.Random(self.number)
        known = sorted({p for table in self.flow.tables.values() for p in table} | set(steps.WIDE + steps.PREFIXES))
        explained = {}
        for prefix in pick.sample(known, 4):
            told = self.show(f"show bgp avs explain {prefix}").get("routeServer", ())
            explained[prefix] = {r["name"]: r["announced"] for r in told}
        now = self.now()
        found = oracle.rest(self.flow, now, plan, explained)
        summary = self.show("show bgp avs")
        # after a start it waits for everybody, and where nobody has a role, 120 s at most
        found += [f"{key} is {summary[key]}" for key in ("startupLeft", "quietLeft")
                  if summary.get(key) and not (key == "startupLeft" and (
                      not self.state.servers() or set(ROLES) - self.rec_up(up)))]
        if self.flow.up and now - max(self.flow.up.values()) < COALESCE:
            found.append("a session has just come up")
        counters = summary.get("counters", {})
        found += [f"counter {key} is {counters[key]}" for key in ("missed", "coreErrors", "toldUnlawful", "toldMissing") if counters.get(key)]
        return found

    def do_rest(self):
        """Until everything is right for a moment."""
        end = time.monotonic() + self.patience
        quiet = time.monotonic()
        found = []
        while True:
            if self.follow():
                quiet = time.monotonic()
            if time.monotonic() - quiet >= QUIET:
                found = self.wrong()
                if not found:
                    self.rests += 1
                    return
            if time.monotonic() > end:
                raise Failure(f"step {self.number}, at rest:\n  " + "\n  ".join(found or ["it does not come to rest"]))
            time.sleep(0.05)
