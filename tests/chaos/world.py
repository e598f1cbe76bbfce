# SPDX-License-Identifier: GPL-2.0-or-later
"""
The router, its neighbors, and one case played on them.

      dut .1 AS 64512            recorder, one node
    +---------+                +---------------------------------------------+
    |   FRR   | 192.0.2.0/24   | H1 .11, H2 .12 AS 65515  route server hub   |
    |    +    |----------------| D1 .21, D2 .22 AS 65515  route server dmz   |
    |  module |                | OVL .31 AS 64514         the other side     |
    +---------+                | EDGE .41 AS 12076        a circuit          |
      in the default instance, | PLAIN .13, SRC .14       without a role     |
      a view or a VRF          +---------------------------------------------+

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
import pool  # noqa: E402
from lib.frr import BgpdDied  # noqa: E402
from lib.wait import TimedOut, wait_for  # noqa: E402
from state import LOCAL_AS, State  # noqa: E402

REST, QUIET = 15.0, 0.5
# for 1.6 s after a session came up bgpd collects before it sends; with pool.QUICK it is less
COALESCE, COALESCE_QUICK = 2.2, 0.8
# a route server without End-of-RIB has told everything when it was silent for so long
SILENCE = 6.0
# bgpd applies an edited map or list after a second
EDITED = 1.7
SESSIONS = [{"name": name, "address": address, "as": pool.ASNS.get(name, 65515),
             "families": ["ipv4-unicast", "ipv6-unicast"]} for name, address in pool.ADDRESSES.items()]


class Failure(Exception):
    """A case went wrong; its text says how."""

    KINDS = ("rule 2", "rule 4", "rule 5", "rule 6", "avs shutdown", "no role", "no line asks",
             "rule 11", "overlay", "no tag", "plan but", "explain", "differ", "lacks", "counter", "read back",
             "the lines", "was withdrawn", "not established", "does not come to rest", "died", "Sanitizer",
             "at the start")

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
        self.place, self.in_vrf = "", False
        self.position = self.number = 0
        self.edited = 0.0
        self.operations = self.rests = self.updates = 0

    # words to bgpd

    def into(self, *nodes):
        """Go to a node of the configuration."""
        self.vty("end")
        self.vty.lines("configure terminal", *nodes)

    @property
    def bgp(self):
        """The line that enters the instance."""
        return f"router bgp {LOCAL_AS}{self.place}"

    def show(self, command):
        """Value of a `show bgp` command in JSON."""
        self.vty("end")
        _, text = self.vty(f"show bgp{self.place} {command} json")
        return json.loads(text)

    # the log of the recorder

    def follow(self):
        """Judge what came since the last time; returns True when something moved."""
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
        moved = any(event["event"] in ("up", "down", "announce", "withdraw") for event in events)
        if self.flow.faults:
            raise Failure("on the wire:\n  " + "\n  ".join(self.flow.faults[:6]))
        return moved

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

    def clean(self, case):
        """Nothing is left of the case before."""
        self.into()
        # 10.3 does not find a view that is called one here
        status, text = self.vty(f"no {self.bgp.replace(' view ', ' vrf ')}")
        if status and self.place:
            raise Failure(f"at the start: no {self.bgp}: {text}")
        self.vty.burst(*pool.RESET)
        self.edited = time.monotonic()
        self.place = case.get("place", "")
        vrf = self.place.startswith(" vrf ")
        if vrf and self.dut.run("ip link show red || ip link add red type vrf table 1001", check=False).returncode:
            self.place, vrf = " view red", False  # a kernel without VRFs
        if vrf != self.in_vrf:
            self.dut.run("ip link set red up; ip link set eth0 master red" if vrf else "ip link set eth0 nomaster")
            self.in_vrf = vrf
        for name, table in self.routes.items():
            if table:
                self.rec.withdraw(name, *table)
        wait_for("sessions are down", lambda: not any(self.rec.do("state")["up"].values()), 20, 0.02)
        self.routes, self.stopped = {}, set()

    def begin(self, case):
        """Everything anew."""
        self.clean(case)
        silent = set(case.get("silent", ()))
        for name in pool.ADDRESSES:
            self.rec.do("end_of_rib", name, sent=name not in silent)
            self.rec.start(name)
        self.patience_now = self.patience + (SILENCE if silent else 0)
        self.coalesce = COALESCE_QUICK if pool.QUICK in case.get("stock", ()) else COALESCE
        self.position = self.rec.position()
        self.marks = []
        self.flow = oracle.Flow(dict(pool.ADDRESSES), State())
        lines = ["bgp router-id 192.0.2.1", "no bgp ebgp-requires-policy", "no bgp network import-check",
                 "timers bgp 20 60", *case.get("stock", ())]
        lines += [f"avs {line}" for line in case["avs"]]
        for name in pool.ADDRESSES:
            lines += self.neighbor(name)
        state = State()
        for line in lines:
            state.typed(line)
        self.mark(state)
        self.into()
        for line, status, text in self.vty.burst(self.bgp, *lines):
            if status:
                raise Failure(f"at the start: {line}: {text}")
        self.rec.wait_up(timeout=30)

    @staticmethod
    def neighbor(name):
        """Lines that make a neighbor."""
        address = pool.ADDRESSES[name]
        return [f"neighbor {address} remote-as {pool.ASNS.get(name, 65515)}", f"neighbor {address} timers connect 1"]

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
        self.no_reports()

    def no_reports(self):
        """Neither a sanitizer nor bgpd itself says anything."""
        reports = self.dut.reports() or "\n".join(self.dut.crashed())
        if reports:
            raise Failure(reports)

    def do_type(self, *lines):
        after = self.state.copy()
        for line in lines:
            after.typed(line)
        self.mark(after)
        self.into(self.bgp)
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
        self.into(self.bgp, "address-family ipv4 unicast")
        after = self.state.copy()
        for line, status, _ in self.vty.burst(*lines):
            if status == 0 and line.startswith("no "):
                after.family.discard(line[3:])
            elif status == 0:
                after.family.add(line)
        self.mark(after)

    def do_top(self, *lines):
        self.into()
        after = self.state.copy()
        for line, status, _ in self.vty.burst(*lines):
            words = line.split()
            if status == 0 and "UPERM" in words:
                (after.permits.discard if words[0] == "no" else after.permits.add)(words[-1])
        self.mark(after)
        self.edited = time.monotonic()

    def do_enable(self, line):
        self.vty("end")
        words = line.split()
        if words[:4] == ["clear", "bgp", "avs", "reach"]:
            self.mark(self.state, (words[4],))
        self.vty(f"clear bgp{self.place} {' '.join(words[2:])}")

    def do_recreate(self, name):
        address = pool.ADDRESSES[name]
        after = self.state.copy()
        after.family = {line for line in after.family if line.split()[1] != address}
        self.mark(after)
        self.into(self.bgp)
        self.vty.burst(f"no neighbor {address}", *self.neighbor(name))

    def do_unshadow(self, server):
        """What is planned, and sent already with the same attributes, is not withdrawn for a moment."""
        if not self.state.has(f"route-server {server} guard shadow"):
            return
        self.do_rest()
        members = [n for n, a in pool.ADDRESSES.items() if self.state.server_of(a) == server]
        before = {name: dict(self.flow.tables[name]) for name in members}
        position = self.rec.position()
        self.do_type(f"no avs route-server {server} guard shadow")
        self.do_rest()
        for event in self.rec.events(position):
            name, prefix = event["session"], event.get("prefix")
            was, now = before.get(name, {}).get(prefix), self.flow.tables.get(name, {}).get(prefix)
            if event["event"] == "withdraw" and was and now and oracle.attributes(was) == oracle.attributes(now):
                raise Failure(f"step {self.number}: {name} {prefix} was withdrawn when shadow ended")

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
        self.restart(signal.SIGKILL)

    def do_restart(self):
        self.restart(signal.SIGTERM)

    def restart(self, signum):
        """What is written is read back."""
        self.vty("end")
        self.dut.vtysh("write memory")
        before = self.dut.running()
        self.vty.close()
        self.dut.stop_daemon("bgpd", signum)
        wait_for("sessions are down", lambda: not any(self.rec.do("state")["up"].values()), 20, 0.02)
        self.mark(self.state, tuple(pool.INSTANCES))
        self.dut.start_daemon("bgpd")
        self.dut.run("vtysh -b -d bgpd", check=False)
        self.vty = self.dut.vty()
        after = self.dut.running()
        if before != after:
            old, new = set(before.splitlines()), set(after.splitlines())
            raise Failure(f"step {self.number}: read back {sorted(new - old)}, written {sorted(old - new)}")

    def expected_up(self):
        """Sessions that nothing holds down."""
        peers = self.show("neighbors")
        cut_off = {line.split()[1] for line in self.state.family
                   if "maximum-prefix" in line and not line.endswith("only")}
        names = set()
        for name, address in pool.ADDRESSES.items():
            peer = peers.get(address, {})
            # one that has left its group has lost its AS number
            held = address in cut_off or peer.get("adminShutDown") or not peer.get("addressFamilyInfo", True)
            if peer.get("remoteAs") == pool.ASNS.get(name, 65515) and not held:
                names.add(name)
        return names - self.stopped

    def explained(self):
        """prefix -> {route server: announced} of a few prefixes."""
        pick = random.Random(self.number)
        known = sorted({p for table in self.flow.tables.values() for p in table} | set(pool.WIDE + pool.PREFIXES))
        found = {}
        for prefix in pick.sample(known, 4):
            told = self.show(f"avs explain {prefix}").get("routeServer", ())
            found[prefix] = {r["name"]: r["announced"] for r in told}
        return found

    def wrong(self):
        """What is wrong at this moment."""
        self.no_reports()
        up = self.rec.do("state")["up"]
        away = sorted(n for n in self.expected_up() if not up[n])
        if away:
            return [f"not established: {away}"]
        summary = self.show("avs")
        if not self.state.lines:
            summary = {}
        plan = {(e["routeServer"], e["prefix"]) for e in self.show("avs plan").get("planEntry", ()) if e["announced"]}
        explained = self.explained()
        now = self.now()
        found = oracle.rest(self.flow, now, plan, explained)
        # after a start it waits for everybody, and where nobody has a role, 120 s at most
        roles = {n for n, a in pool.ADDRESSES.items() if self.state.server_of(a)}
        found += [f"{key} is {summary[key]}" for key in ("startupLeft", "quietLeft")
                  if summary.get(key) and not (key == "startupLeft" and (
                      not roles or {n for n in roles if not up[n]}))]
        if self.flow.up and now - max(self.flow.up.values()) < self.coalesce:
            found.append("a session has just come up")
        if time.monotonic() - self.edited < EDITED:
            found.append("a map was edited")
        counters = summary.get("counters", {})
        found += [f"counter {key} is {counters[key]}" for key in ("missed", "coreErrors", "toldUnlawful", "toldMissing")
                  if counters.get(key)]
        shown = set(self.in_force())
        if shown != set(self.state.lines):
            found.append(f"the lines: shown {sorted(shown - set(self.state.lines))}, "
                         f"typed {sorted(set(self.state.lines) - shown)}")
        return found

    def do_rest(self):
        """Until everything is right for a moment."""
        end = time.monotonic() + self.patience_now
        quiet = time.monotonic()
        found = []
        while True:
            if self.follow():
                quiet = time.monotonic()
            if time.monotonic() - quiet >= QUIET:
                found = self.wrong()
                if not found:
                    self.rests += 1
                    self.flow.rested()
                    return
            if time.monotonic() > end:
                last = [f"{e['time']} {e['session']} {e['event']} {e.get('prefix', e.get('why', ''))}"
                        for e in self.rec.events(self.position - 12) if e["event"] != "mark"]
                found = found or ["it does not come to rest", *last]
                raise Failure(f"step {self.number}, at rest:\n  " + "\n  ".join(found))
            time.sleep(0.05)
