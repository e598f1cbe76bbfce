# SPDX-License-Identifier: GPL-2.0-or-later
"""
Runs one entry of the attack matrix.

      dut .1 AS 64512            recorder, one node
    +---------+                +---------------------------------------------+
    |         |                | R1  .11 AS 65515  route server hub          |
    |   FRR   | 192.0.2.0/24   |     announces AVS prefixes 10.20/16 ...     |
    |    +    |----------------| R2  .12 AS 65515  route server dmz          |
    |  module |                |     announces on-premises 10.100/16         |
    |         |                | R3  .15 AS 65515  used by some entries      |
    +---------+                | PLAIN .13 AS 64998 no role: sees the markers|
                               | SRC .14 AS 64999, SRC2 .16 AS 64997         |
                               +---------------------------------------------+

Everything is open by configuration: no ebgp-requires-policy, `network
0.0.0.0/0`, `network 10.99.0.0/16`, four prefixes of SRC.  The plan is
different for hub and dmz.  What R1 or R2 is ever told outside of its own plan
is a leak, also when it is withdrawn a moment later.

The same entry without the guard, its control, must leak: otherwise it proves
nothing.  See matrix/README.md for the fields of an entry.
"""
import contextlib
import re
import time

from . import product
from .lab import Lab
from .wait import wait_for

AS = 64512
R1, R2, R3 = "192.0.2.11", "192.0.2.12", "192.0.2.15"
PLAIN, SRC, SRC2 = "192.0.2.13", "192.0.2.14", "192.0.2.16"

# a route server offers IPv6, as Azure's does
BOTH = ["ipv4-unicast", "ipv6-unicast"]
SESSIONS = {
    "R1": {"address": R1, "as": 65515, "families": BOTH},
    "R2": {"address": R2, "as": 65515, "families": BOTH},
    "PLAIN": {"address": PLAIN, "as": 64998},
    "SRC": {"address": SRC, "as": 64999},
}
ROUTES = {
    "R1": [("10.20.0.0/16", {"path": [65515, 12076, 398656]}), ("10.21.0.0/24", {"path": [65515, 12076, 398656]})],
    "R2": [("10.100.0.0/16", {"path": [65515, 12076, 64620]})],
    "SRC": [(f"10.{n}.0.0/16", {}) for n in (1, 2, 3, 4)],
}
PLAN = {
    "R1": {"0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "10.100.0.0/15"},
    "R2": {"10.20.0.0/15"},
}
AVS = [
    "avs quiet-period 1",
    "avs hold-down 0",
    f"avs route-server hub neighbor {R1}",
    "avs route-server hub toward private-cloud",
    f"avs route-server dmz neighbor {R2}",
    "avs route-server dmz toward on-premises",
    "avs advertise default toward private-cloud",
    "avs advertise companions toward private-cloud",
    "avs advertise supernet 10.100.0.0/15 toward private-cloud",
    "avs advertise supernet 10.20.0.0/15 toward on-premises",
]
BGP = [
    # a view finds none by itself
    "bgp router-id 192.0.2.1",
    "no bgp ebgp-requires-policy",
    "no bgp network import-check",
    "bgp conditional-advertisement timer 5",
    "timers bgp 3 9",
]
AF = ["network 0.0.0.0/0", "network 10.99.0.0/16"]
TOP = [
    "route-map PALL permit 10",
    "exit",
    "bgp route-map delay-timer 1",
]
AZURE = set(range(65515, 65521)) | {12076}


class Attack:
    """One run of one entry, with the guard or as control."""

    def __init__(self, entry, guarded):
        self.entry = entry
        self.guarded = guarded
        # a control may replace any field of the entry
        self.fields = dict(entry) if guarded else {**entry, **(entry["control"] or {})}
        self.how = "guard" if guarded else self.fields.get("how", "closed")
        self.lab = None
        self.dut = self.rec = None
        self.position = self.closed_at = self.up_at = 0
        self.answers = []
        self.markers = 0
        self.problems = []
        self.logs = {}
        self.died = False
        self.vty = None

    # configuration

    @property
    def with_module(self):
        """True when bgpd runs with the module."""
        return self.how in ("guard", "monitor")

    def config(self):
        """frr.conf of this run."""
        f = self.fields
        avs = []
        if self.with_module:
            avs = list(f.get("avs", AVS)) + list(f.get("avs_more", []))
            if self.how == "monitor":
                avs += [f"avs route-server {rs} guard monitor" for rs in ("hub", "dmz")]
        top = list(f.get("top", [])) + list(TOP)
        bgp = list(f.get("bgp", BGP))
        af = list(f.get("network", AF)) + list(f.get("af", []))
        neighbors = []
        for name, session in self.sessions().items():
            if name in f.get("without_neighbors", ()):
                continue
            remote = session.get("expect_as", session["as"])
            neighbors.append(f"neighbor {session['address']} remote-as {remote}")
        if self.how == "closed":
            # what a careful person does by hand on stock FRR
            top += ["route-map AVS-OUT-hub deny 10", "exit", "route-map AVS-OUT-dmz deny 10", "exit"]
            if "R1" not in f.get("without_neighbors", ()):
                af += [f"neighbor {R1} route-map AVS-OUT-hub out"]
            if "R2" not in f.get("without_neighbors", ()):
                af += [f"neighbor {R2} route-map AVS-OUT-dmz out"]
        if self.how == "rfc8212":
            bgp = [line for line in bgp if line != "no bgp ebgp-requires-policy"]
            for name, session in self.sessions().items():
                if name in f.get("without_neighbors", ()):
                    continue
                af.append(f"neighbor {session['address']} route-map PALL in")
                if name == "PLAIN":
                    af.append(f"neighbor {session['address']} route-map PALL out")
        before = list(f.get("bgp_first", [])) + bgp + neighbors + list(f.get("bgp_more", []))
        block = [f"router bgp {AS} {f.get('instance', '')}".rstrip()]
        first = f.get("order") == "avs-first"
        if first:
            block += [" " + line for line in avs]
        block += [" " + line for line in before]
        block += [" address-family ipv4 unicast"] + ["  " + line for line in af]
        block += [" exit-address-family"]
        block += [" " + line for line in f.get("families", [])]
        if not first:
            block += [" " + line for line in avs]
        head = list(f.get("head", ["frr defaults traditional"]))
        tail = list(f.get("open_end", ["exit", "!"])) + list(f.get("tail", []))
        return "\n".join(head + ["hostname dut", "!"] + top + ["!"] + block + tail) + "\n"

    def sessions(self):
        """Name -> session of the recorder."""
        sessions = {name: dict(s) for name, s in SESSIONS.items()}
        for name, change in self.fields.get("sessions", {}).items():
            sessions.setdefault(name, {}).update(change)
        return sessions

    # steps

    def type_lines(self, lines, burst=False):
        """Lines into bgpd's socket; '!' or '~' in front says what is expected."""
        expected, plain = [], []
        for line in lines:
            mark = line[0] if line[0] in "!~" else ""
            expected.append(mark)
            plain.append(line[len(mark) :])
        if self.vty is None:
            self.vty = self.dut.vty()
        self.vty("end")
        self.vty("configure terminal")
        answers = self.vty.burst(*plain) if burst else self.vty.lines(*plain)
        for mark, (line, status, text) in zip(expected, answers):
            self.judge_answer(mark, line, status, text)

    def judge_answer(self, mark, line, status, text):
        """Was the line taken, refused or swallowed as the entry says?"""
        self.answers.append((line, status, text))
        avs_line = re.match(r"(no )?(avs|clear bgp avs|show bgp avs)\b", line)
        if not self.guarded:
            if status == 2 and not (avs_line and not self.with_module):
                self.problems.append(f"unknown command in the control: {line!r}: {text}")
            return
        if mark == "!":
            if status == 0:
                self.problems.append(f"not refused: {line!r}: {text!r}")
            elif status == 2 or not (text or "|" in line):
                self.problems.append(f"refused without a sentence: {line!r}: {status} {text!r}")
        elif mark == "~":
            if status != 0:
                self.problems.append(f"not swallowed: {line!r}: {status} {text!r}")
        elif status == 2:
            self.problems.append(f"unknown command: {line!r}: {text}")

    def step(self, verb, *words):
        """One step of an entry."""
        if verb == "type":
            self.type_lines(words)
        elif verb == "burst":
            self.type_lines(words, burst=True)
        elif verb == "enable":
            with self.dut.vty() as vty:
                self.answers += vty.lines(*words)
        elif verb == "vtysh":
            lines = [w.lstrip("!~") for w in words]
            result = self.dut.vtysh("configure terminal", *lines)
            self.answers.append(("vtysh " + " / ".join(lines), result.returncode, result.stdout + result.stderr))
            if self.guarded and any(w[0] == "!" for w in words) and not (result.stdout + result.stderr).strip():
                self.problems.append(f"vtysh: nothing refused: {words}")
        elif verb == "vtysh-file":
            self.dut.write("more.conf", "\n".join(words) + "\n")
            result = self.dut.run("vtysh -f /etc/frr/more.conf", check=False)
            self.answers.append(("vtysh -f", result.returncode, result.stdout + result.stderr))
        elif verb == "reload":
            text = self.dut.read("frr.conf")
            for old, new in words:
                if old not in text:
                    self.problems.append(f"reload: no {old!r} in the file")
                text = text.replace(old, new)
            result = self.dut.reload(text)
            self.answers.append(("reload", result.returncode, (result.stdout + result.stderr)[-3000:]))
        elif verb == "announce":
            session, prefixes, *route = words
            self.rec.announce(session, *prefixes, **(route[0] if route else {}))
        elif verb == "withdraw":
            self.rec.withdraw(words[0], *words[1])
        elif verb == "refresh":
            self.rec.refresh(*words)
        elif verb == "stop":
            self.rec.stop(words[0])
        elif verb == "start":
            self.rec.start(words[0])
        elif verb == "up":
            self.rec.wait_up(*words)
        elif verb == "again":
            # the session went down since the last mark, or does now, and is up
            for name in words:
                self.rec.wait_event(name, "up", since=self.position, timeout=25)
                self.rec.wait_up(name)
        elif verb == "run":
            self.dut.run(words[0])
        elif verb == "logged":
            if self.guarded and not self.logged(words[0]):
                self.problems.append(f"not in the log of bgpd: {words[0]!r}")
        elif verb == "quiet":
            self.rec.wait_quiet(words[0], timeout=40)
        elif verb == "for":
            time.sleep(words[0])  # a timer of bgpd, not an event
        elif verb == "marker":
            self.marker()
        elif verb == "mark":
            self.position = self.closed_at = self.rec.position()
        elif verb == "write":
            result = self.dut.vtysh("write memory")
            self.answers.append(("write", result.returncode, result.stdout + result.stderr))
        elif verb == "restart-bgpd":
            options = words[0] if words else {}
            self.hang_up()
            if options.get("stock_vtysh"):
                self.dut.remove_extension()
            self.dut.restart_bgpd(module=options.get("module", True))
        elif verb == "boot-again":
            self.dut.run("vtysh -b", check=False)
        elif verb == "stock-vtysh":
            self.dut.remove_extension()
        elif verb == "kill-bgpd":
            self.hang_up()
            pid = self.dut.pid_of("bgpd")
            self.dut.run(["kill", "-9", str(pid)])
            wait_for(
                "watchfrr started bgpd again",
                lambda: self.dut.pid_of("bgpd") not in (None, pid),
                60,
            )
        elif verb == "restart-zebra":
            self.dut.stop_daemon("zebra")
            self.dut.start_daemon("zebra")
            self.dut.run("vtysh -b -d zebra", check=False)
        elif verb == "expect":
            session, prefixes = words
            if self.guarded:
                self.rec.wait_rib(session, prefixes)
        elif verb == "guard-only":
            if self.guarded:
                self.step(*words)
        elif verb == "control-only":
            if not self.guarded:
                self.step(*words)
        else:
            raise ValueError(f"{self.entry['name']}: unknown step {verb!r}")

    def hang_up(self):
        """Forget the connection to bgpd."""
        if self.vty:
            self.vty.close()
            self.vty = None

    def logged(self, pattern):
        """Does bgpd's log have a line that matches?"""
        log = self.dut.dir / "log" / "bgpd.log"
        return log.exists() and re.search(pattern, log.read_text(errors="replace"))

    def marker(self):
        """Something new that PLAIN gets, after everything before it was done."""
        if self.fields.get("marker", True):
            self.markers += 1
            prefix = f"10.250.{self.markers}.0/24"
            self.rec.announce("SRC", prefix)
            self.rec.wait_event("PLAIN", "announce", prefix=prefix, timeout=25)
        self.rec.wait_told(*self.receivers())
        self.rec.wait_quiet(0.7, timeout=40, sessions=("R1", "R2", "R3"))

    # the run

    def run(self):
        """The whole run; problems are collected, not raised."""
        self.lab = Lab()
        try:
            with contextlib.ExitStack() as stack:
                stack.callback(self.end)
                try:
                    self.prepare()
                    self.act()
                except AssertionError as error:
                    # what is the attack when bgpd is to be ended is a defect elsewhere
                    self.died = self.dut is not None and self.gone()
                    if self.guarded or not (self.died and self.fields.get("sees") == "died"):
                        self.problems.append(str(error))
                    if self.guarded and self.died:
                        self.problems.append("bgpd died")
                if self.rec:
                    self.judge()
                if self.problems:
                    self.logs = self.evidence()
        except Exception as error:  # a broken entry must not stop the others
            self.problems.append(f"{type(error).__name__}: {error}")
        return self

    def gone(self):
        """Has bgpd ended?  Its socket closes before the process is away."""
        for _ in range(10):
            if self.dut.pid_of("bgpd") is None:
                return True
            if self.dut._answers("bgpd"):
                return False
            time.sleep(0.3)
        return False

    def prepare(self):
        """Start everything and reach the plan."""
        f = self.fields
        sessions = [dict(s, name=n) for n, s in self.sessions().items()]
        late = f.get("late", ())
        for session in sessions:
            session["enabled"] = session["name"] not in late
        self.dut, self.rec = self.lab.cell(sessions, module=self.with_module)
        self.dut.module_arguments = f.get("module_arguments", "") if self.with_module else ""
        for session, routes in {**ROUTES, **f.get("routes", {})}.items():
            for prefix, route in routes:
                self.rec.announce(session, prefix, **route)
        start = f.get("start", "boot")
        if start == "boot":
            self.dut.start(self.config(), daemons=("zebra", "bgpd"), check=False)
        elif start == "file":
            self.dut.start_with_file(self.config())
        elif start == "watched":
            self.dut.start_watched(self.config())
        if self.dut.boot_output and self.guarded and "nknown command" in self.dut.boot_output:
            self.problems.append("vtysh -b: " + self.dut.boot_output[:500])
        waited = [s["name"] for s in sessions if s["enabled"] and s["name"] not in f.get("not_up", ())]
        waited = [n for n in waited if n not in f.get("without_neighbors", ())]
        self.rec.wait_up(*waited)
        if self.guarded:
            for session, plan in f.get("before", f.get("plan", PLAN)).items():
                if session in waited:
                    self.rec.wait_rib(session, plan, timeout=30)
        self.marker()

    def act(self):
        """Do the steps, then wait until nothing more comes."""
        f = self.fields
        self.position = self.rec.position()
        begin = self.up_at = self.position
        for step in f.get("steps", ()):
            self.step(*step)
        if f.get("settle"):
            time.sleep(f["settle"])  # a timer of bgpd, not an event
        # a session that was reset by a step must have come back
        self.rec.wait_quiet(0.3, timeout=40)
        self.rec.wait_up(*[n for n in self.rec.names if n not in f.get("not_up_after", f.get("not_up", ()))])
        self.marker()
        self.position = begin
        if self.guarded:
            final = f.get("final", f.get("plan", PLAN))
            for session, plan in (final or {}).items():
                self.rec.wait_rib(session, plan, timeout=15)
        wait_for("bgpd answers", lambda: self.dut._answers("bgpd"), 5)

    def receivers(self):
        """Sessions whose every UPDATE counts."""
        return [n for n in self.sessions() if n in ("R1", "R2", "R3") + self.overlay()]

    def overlay(self):
        """Sessions that are overlay neighbours."""
        return tuple(self.fields.get("overlay", ()))

    def leaks(self, since=0):
        """Announcements that must not be, as text."""
        f = self.fields
        allowed = f.get("allowed", f.get("plan", PLAN))
        require = f.get("require", {})
        found = []
        for event in self.rec.events(since):
            name = event["session"]
            if event["event"] != "announce" or name not in self.receivers():
                continue
            why = None
            if event["family"] != "ipv4-unicast":
                why = "other address family"
            elif event["prefix"] not in allowed.get(name, ()):
                why = "not planned"
            elif name in self.overlay():
                # the path stays, and iBGP is allowed; there is one tag, ours
                tags = [c for c in event.get("large", ()) if int(c.split(":")[1]) >> 8 == 0x415653]
                if len(tags) != 1 or not tags[0].startswith(f"{AS}:"):
                    why = "not our tag"
            elif event.get("large"):
                why = "large communities toward Azure"
            elif AZURE & set(event.get("path", ())):
                why = "reserved AS in the path"
            elif event.get("path", [])[:1] != [f.get("own_as", AS)]:
                why = "path does not begin with our AS"
            elif "local_pref" in event or "confed" in " ".join(event.get("segments", ())):
                why = "not eBGP"
            else:
                needed = require.get(name, {}).get(event["prefix"])
                if needed and not self.matches(event, needed):
                    why = f"lacks {needed}"
            if why:
                found.append((why, event))
        return found

    @staticmethod
    def matches(event, pattern):
        """Does an event of the log match the pattern of an entry?"""
        for key, value in pattern.items():
            if key == "path_has":
                ok = value in event.get("path", ())
            elif key == "path_lacks":
                ok = "path" in event and value not in event["path"]
            elif key == "community":
                ok = value in event.get("communities", ())
            elif key == "community_lacks":
                ok = value not in event.get("communities", ())
            elif key == "has":
                ok = value in event
            else:
                ok = event.get(key) == value
            if not ok:
                return False
        return True

    def judge(self):
        """With the guard: no leak. As control: the leak is there."""
        f = self.fields
        if self.guarded:
            # a window that FRR leaves open by design counts from where it closes
            for why, event in self.leaks(self.closed_at if f.get("window") else 0):
                self.problems.append(f"LEAK ({why}): {event}")
            # what is originated goes to nobody without a role
            ours = set().union(*PLAN.values()) - {"0.0.0.0/0"} - set(f.get("plain_may_see", ()))
            for event in self.rec.updates("PLAIN"):
                if event["event"] == "announce" and event["path"] == [AS] and event["prefix"] in ours:
                    self.problems.append(f"LEAK to the plain neighbour: {event}")
            never = set(f.get("plain_never_sees", ()))
            for event in self.rec.updates("PLAIN"):
                if event["event"] == "announce" and event["prefix"] in never:
                    self.problems.append(f"LEAK to the plain neighbour: {event}")
            for name, kept in f.get("never_withdrawn", {}).items():
                for event in self.rec.updates(name, self.position):
                    if event["event"] == "withdraw" and event["prefix"] in kept:
                        self.problems.append(f"withdrawn from {name}: {event}")
            if f.get("silent"):
                seen = [e for n in ("R1", "R2") for e in self.rec.updates(n, self.position)]
                if seen:
                    self.problems.append(f"no UPDATE was needed, {len(seen)} came: {seen[:3]}")
            if not f.get("flaps", False):
                # bgpd may close one of two colliding connections while sessions come up
                # (RFC 4271, 6.8; seen on neighbours without a role too): silently, once,
                # before the steps.  A reset by a setter sends a NOTIFICATION.
                for name in self.receivers():
                    count = self.rec.flaps(name)
                    told = any(e["session"] == name and e["event"] == "notification"
                               for e in self.rec.events(0))
                    if count > 1 or (count and told) or self.rec.flaps(name, self.up_at):
                        self.problems.append(f"session {name} went down {count} times")
            elif f["flaps"] is not True:
                for name in self.receivers():
                    count = self.rec.flaps(name)
                    if count > f["flaps"]:
                        self.problems.append(f"session {name} flaps: {count} times")
            reports = self.dut.reports()
            if reports:
                self.problems.append(reports)
            self.problems += self.dut.crashed()
            return
        sees = f.get("sees")
        if sees == "died":
            if not self.died:
                self.problems.append("the control did not end bgpd")
            return
        since = 0 if f.get("since") == "start" else self.position
        if sees is None:
            if not self.leaks(since):
                self.problems.append("the control does not leak: the attack proves nothing")
            return
        for pattern in sees if isinstance(sees, list) else [sees]:
            pattern = dict({"event": "announce"}, **pattern)
            if not any(self.matches(e, pattern) for e in self.rec.events(since)):
                self.problems.append(f"the control does not show {pattern}: the attack proves nothing")

    def evidence(self):
        """What a person needs to understand a failure."""
        logs = {}
        if self.answers:
            logs["answers"] = "\n".join(f"{line!r} -> {status} {text}" for line, status, text in self.answers)
        if self.rec:
            shown = [e for e in self.rec.events() if e["session"] in ("", "R1", "R2", "R3", "PLAIN")]
            logs["recorded"] = "\n".join(str(e) for e in shown[-80:])
        if self.dut:
            logs["boot"] = self.dut.boot_output
            logs["config"] = self.config()
        logs.update({n: t for n, t in self.lab.logs().items() if not n.endswith(".jsonl")})
        return logs

    def end(self):
        """Take the laboratory down."""
        self.hang_up()
        self.lab.close()
        self.problems += [f"at the end: {e}" for e in self.lab.errors if self.guarded]


def available(guarded, entry):
    """Can this run be done with what is built?"""
    if guarded:
        return product.missing() is None
    control = entry["control"] or {}
    return control.get("how") != "monitor" or product.missing() is None
