# SPDX-License-Identifier: GPL-2.0-or-later
"""The test's side of the recording speaker: start it, command it, ask its log."""
import json
import pathlib
import socket
import sys
import time

from .wait import wait_for

PROGRAM = pathlib.Path(__file__).resolve().parent / "recorder.py"


class Speaker:
    """
    A recorder running on a node.

    sessions: list of dicts, see recorder.Session: name, address, as, peer,
    and optionally families, add_path, graceful_restart, end_of_rib, hold, enabled, limit.
    """

    def __init__(self, node, sessions, name="recorder"):
        self.node = node
        self.names = [s["name"] for s in sessions]
        self._log = node.dir / "log" / f"{name}.jsonl"
        self._control = str(node.dir / f"{name}.sock")
        config = node.dir / f"{name}.json"
        config.write_text(json.dumps(sessions))
        self._offset = 0
        self._events = []
        self._log.touch()
        self.process = node.spawn(
            [sys.executable, str(PROGRAM), str(self._log), self._control, str(config)],
            f"{name}.out",
        )
        wait_for("recorder started", self._listens, 10, 0.02)

    def _listens(self):
        try:
            return self.do("state")
        except OSError:
            return None

    def do(self, verb, session=None, **fields):
        """Send a command; returns the answer."""
        request = dict(fields, do=verb)
        if session is not None:
            request["session"] = session
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(10)
            sock.connect(self._control)
            sock.sendall(json.dumps(request).encode() + b"\n")
            data = b""
            while not data.endswith(b"\n"):
                chunk = sock.recv(1 << 20)
                if not chunk:
                    raise RuntimeError("the recorder closed the command socket")
                data += chunk
        answer = json.loads(data)
        if "error" in answer:
            raise RuntimeError(f"recorder: {answer['error']}")
        return answer

    def announce(self, session, *prefixes, **route):
        """Announce prefixes; keywords: path, next_hop, med, local_pref, communities, large."""
        self.do("announce", session, prefixes=list(prefixes), route=route)

    def withdraw(self, session, *prefixes):
        """Withdraw prefixes."""
        self.do("withdraw", session, prefixes=list(prefixes))

    def refresh(self, session, family="ipv4-unicast"):
        """Send a ROUTE-REFRESH."""
        self.do("refresh", session, family=family)

    def stop(self, session, silent=False):
        """Take a session down and leave it down."""
        self.do("stop", session, silent=silent)

    def start(self, session):
        """Let a session connect (again)."""
        self.do("start", session)

    # the log

    def events(self, since=0):
        """Everything logged so far, from a position on."""
        with open(self._log, "rb") as stream:
            stream.seek(self._offset)
            data = stream.read()
        end = data.rfind(b"\n") + 1
        self._offset += end
        self._events += [json.loads(line) for line in data[:end].splitlines()]
        return self._events[since:]

    def position(self):
        """Position at the end of the log, for events(since)."""
        return len(self.events())

    def updates(self, session, since=0):
        """Announcements and withdrawals at one session."""
        return [
            e
            for e in self.events(since)
            if e["session"] == session and e["event"] in ("announce", "withdraw")
        ]

    def announced(self, session, since=0):
        """Set of all prefixes ever announced to a session since a position."""
        return {e["prefix"] for e in self.updates(session, since) if e["event"] == "announce"}

    def rib(self, session, family="ipv4-unicast"):
        """Prefix -> last announcement that is still valid, as of now."""
        table = {}
        for event in self.events():
            if event["session"] != session:
                continue
            if event["event"] in ("up", "down"):
                table = {}
            elif event.get("family") != family:
                continue
            elif event["event"] == "announce":
                table[event["prefix"]] = event
            elif event["event"] == "withdraw":
                table.pop(event["prefix"], None)
        return table

    def is_up(self, session):
        """True while the session is established."""
        return self.do("state")["up"].get(session, False)

    def flaps(self, session, since=0):
        """How often the session went down since a position."""
        return sum(e["session"] == session and e["event"] == "down" for e in self.events(since))

    # waiting

    def wait_up(self, *sessions, timeout=20):
        """Until all (or these) sessions are established."""
        names = sessions or tuple(self.names)

        def ready():
            up = self.do("state")["up"]
            return all(up[n] for n in names)

        wait_for(lambda: f"established: {names}, have {self.do('state')['up']}", ready, timeout)

    def told_everything(self, session):
        """True when the session is down, or its End-of-RIB has come since it is up."""
        state = True
        for event in self.events():
            if event["session"] == session:
                if event["event"] == "up":
                    state = False
                elif event["event"] in ("down", "eor"):
                    state = True
        return state

    def wait_told(self, *sessions, timeout=30):
        """Until bgpd has sent its initial table to these sessions."""
        for name in sessions or self.names:
            wait_for(f"End-of-RIB at {name}", lambda n=name: self.told_everything(n), timeout)

    def wait_rib(self, session, expected, timeout=20, family="ipv4-unicast"):
        """Until the session's table is exactly this set of prefixes."""
        expected = set(expected)

        def what():
            have = set(self.rib(session, family))
            return (
                f"table of {session}: missing {sorted(expected - have)}, "
                f"too many {sorted(have - expected)}"
            )

        wait_for(what, lambda: set(self.rib(session, family)) == expected, timeout)

    def wait_event(self, session, event, since=0, timeout=20, **fields):
        """Until such an event is logged; returns the first."""

        def find():
            for entry in self.events(since):
                if entry["session"] == session and entry["event"] == event:
                    if all(entry.get(k) == v for k, v in fields.items()):
                        return entry
            return None

        return wait_for(f"{session}: {event} {fields}", find, timeout)

    def wait_quiet(self, seconds=0.6, timeout=20, sessions=None):
        """Until no UPDATE came to these sessions (default: any) for a while."""

        def count():
            return sum(
                e["event"] in ("announce", "withdraw", "up", "down", "refresh")
                and (sessions is None or e["session"] in sessions)
                for e in self.events()
            )

        end = time.monotonic() + timeout
        last, since = count(), time.monotonic()
        while time.monotonic() - since < seconds:
            assert time.monotonic() < end, f"no quiet {seconds:g} s within {timeout:g} s"
            time.sleep(0.05)
            now = count()
            if now != last:
                last, since = now, time.monotonic()
