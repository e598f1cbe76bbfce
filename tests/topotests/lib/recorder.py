# SPDX-License-Identifier: GPL-2.0-or-later
"""
A BGP speaker that remembers everything it was ever told.

Several sessions in one process, each with its own address and AS.  Every
message that arrives becomes one line of JSON in the log, withdrawn or not:

    {"time": 3.201, "session": "R1", "event": "announce",
     "family": "ipv4-unicast", "prefix": "0.0.0.0/0", "path": [64512], ...}

events: up, down, open (the peer's capabilities), announce, withdraw, eor,
refresh (the peer asks for everything), notification, limit, mark.

Commands are lines of JSON on a UNIX socket; each is answered by one line.
A session with "limit" enforces it as Azure Route Server does: what it has,
plus what is in the update, or the session is dropped (event "limit").  Whether
"the update" is one message or a whole re-send is not documented; with
"limit_window" everything that comes within so many seconds of the last counts
as one, which is at least as strict.

What a session announces is kept and sent again after a reconnect, like the
table of a real neighbour.  End-of-RIB follows it, and is asked for, unless the
session has "end_of_rib" false: Azure Route Server knows nothing of it.  Most
tests are not about that, and would wait 5 s for each start.

Usage: recorder.py LOG SOCKET SESSIONS.json
"""
import json
import os
import pathlib
import selectors
import socket
import struct
import sys
import time

if __package__:
    from . import wire
else:
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
    import wire

RETRY = 0.25
HOLD = 90
# a session with Azure Route Server's OPEN: both families, refresh, AS4, and nothing else
ROUTE_SERVER = {"as": 65515, "families": ["ipv4-unicast", "ipv6-unicast"], "end_of_rib": False}


class OverLimit(OSError):
    """The peer announced more than this session takes."""


class Log:
    """The JSON lines."""

    def __init__(self, path):
        self._stream = open(path, "a", buffering=1, encoding="ascii")
        self._start = time.monotonic()
        self.lines = 0

    def write(self, session, event, **fields):
        """Append one event."""
        entry = {"time": round(time.monotonic() - self._start, 3), "session": session, "event": event}
        entry.update(fields)
        self._stream.write(json.dumps(entry) + "\n")
        self.lines += 1


class Session:
    """One BGP session, with reconnection; active side, or passive (listens)."""

    def __init__(self, config, log):
        self.name = config["name"]
        self.address = config["address"]
        self.asn = config["as"]
        self.peer = config["peer"]
        self.router_id = config.get("router_id", self.address)
        self.hold = config.get("hold", HOLD)
        self.families = [wire.FAMILIES[f] for f in config.get("families", ["ipv4-unicast"])]
        self.add_path = config.get("add_path", False)
        self.graceful_restart = config.get("graceful_restart", 0)
        self.end_of_rib = config.get("end_of_rib", True)
        # asked for everything again: True: tells it, False: never does, None: cannot be asked
        self.refresh = config.get("refresh", True)
        self.want_as4 = config.get("as4", True)
        self.next_hop_v6 = config.get("next_hop_v6", "2001:db8::1")
        self.enabled = config.get("enabled", True)
        self.passive = config.get("passive", False)
        self.end_of_rib = config.get("end_of_rib", True)
        self.listener = None
        self.log = log
        self.routes = {}  # prefix -> keyword arguments of wire.encode_update
        self.socket = None
        self.connecting = False
        self.up = False
        self.as4 = False
        self.peer_add_path = set()
        self.next_try = 0.0
        self.next_keepalive = 0.0
        self.interval = HOLD / 3
        self.buffer = b""
        self.failure = None
        self.limit = config.get("limit")
        self.window = config.get("limit_window", 0.0)
        self.has = set()  # prefixes, only for the limit
        self.base = self.burst = 0
        self.burst_end = 0.0

    # connection

    def connect(self, selector):
        """Begin a connection attempt, or take one that waits."""
        if self.passive:
            self.accept(selector)
            return
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setblocking(False)
        self.buffer = b""
        try:
            sock.bind((self.address, 0))
            sock.connect((self.peer, 179))
        except BlockingIOError:
            pass
        except OSError:
            sock.close()
            self.next_try = time.monotonic() + RETRY
            return
        self.socket, self.connecting = sock, True
        selector.register(sock, selectors.EVENT_READ | selectors.EVENT_WRITE, self)

    def accept(self, selector):
        """Take bgpd's connection, if there is one."""
        if not self.listener:
            self.listener = socket.socket()
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.listener.setblocking(False)
            self.listener.bind((self.address, 179))
            self.listener.listen(1)
        try:
            self.socket, _ = self.listener.accept()
        except BlockingIOError:
            self.next_try = time.monotonic() + RETRY
            return
        self.buffer = b""
        self.socket.setblocking(False)
        selector.register(self.socket, selectors.EVENT_READ, self)
        self.established(selector)

    def drop(self, selector, why):
        """Close and try again later."""
        if self.socket:
            selector.unregister(self.socket)
            self.socket.close()
        if self.up:
            self.log.write(self.name, "down", why=why)
        self.socket, self.connecting, self.up = None, False, False
        self.next_try = time.monotonic() + RETRY

    def established(self, selector):
        """TCP is there: say who we are."""
        error = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            self.drop(selector, os.strerror(error))
            return
        self.connecting = False
        selector.modify(self.socket, selectors.EVENT_READ, self)
        capabilities = [(1, struct.pack("!HBB", afi, 0, safi)) for afi, safi in self.families]
        if self.refresh is not None:
            capabilities.append((2, b""))
        if self.want_as4:
            capabilities.append((65, struct.pack("!I", self.asn)))
        if self.add_path:  # 1: we receive path identifiers, we send none
            value = b"".join(struct.pack("!HBB", afi, safi, 1) for afi, safi in self.families)
            capabilities.append((69, value))
        # without families: only "I know End-of-RIB", as BIRD says it by default
        value = struct.pack("!H", self.graceful_restart)
        if self.graceful_restart:
            value += b"".join(struct.pack("!HBB", afi, safi, 0x80) for afi, safi in self.families)
        if self.end_of_rib:
            capabilities.append((64, value))
        self.send(wire.open_message(self.asn, self.router_id, self.hold, capabilities))

    def send(self, data):
        """Small messages on a local link: a blocking send is good enough."""
        self.socket.setblocking(True)
        try:
            self.socket.sendall(data)
        finally:
            self.socket.setblocking(False)

    # input

    def readable(self, selector):
        """Take in what arrived; handle whole messages."""
        try:
            data = self.socket.recv(65536)
        except BlockingIOError:
            return
        if not data:
            self.drop(selector, "closed by the peer")
            return
        self.buffer += data
        while len(self.buffer) >= 19:
            length, kind = struct.unpack("!HB", self.buffer[16:19])
            if len(self.buffer) < length:
                return
            body, self.buffer = self.buffer[19:length], self.buffer[length:]
            self.handle(kind, body)

    def handle(self, kind, body):
        """One message."""
        if kind == wire.OPEN:
            self.interval = min(self.hold, struct.unpack("!H", body[3:5])[0]) / 3
            theirs = wire.open_capabilities(body)
            self.as4 = self.want_as4 and 65 in theirs
            self.peer_add_path = set()
            if self.add_path:
                for value in theirs.get(69, []):
                    for i in range(0, len(value), 4):
                        afi, safi, way = struct.unpack("!HBB", value[i : i + 4])
                        if way & 2:
                            self.peer_add_path.add((afi, safi))
            families = [
                wire.FAMILY_NAMES.get((v[0] << 8 | v[1], v[3]), v.hex()) for v in theirs.get(1, [])
            ]
            add_path = [wire.FAMILY_NAMES.get(f, str(f)) for f in sorted(self.peer_add_path)]
            self.log.write(self.name, "open", families=families, add_path=add_path)
            self.send(wire.message(wire.KEEPALIVE))
        elif kind == wire.KEEPALIVE:
            if not self.up:
                self.up = True
                self.has, self.burst_end = set(), 0.0
                self.log.write(self.name, "up")
                self.next_keepalive = time.monotonic() + self.interval
                self.replay()
        elif kind == wire.NOTIFICATION:
            self.log.write(self.name, "notification", code=body[0], subcode=body[1])
        elif kind == wire.REFRESH:
            family = struct.unpack("!HBB", body[:4])
            name = wire.FAMILY_NAMES.get((family[0], family[2]), str(family))
            self.log.write(self.name, "refresh", family=name)
            if self.refresh:
                self.replay()
        elif kind == wire.UPDATE:
            entries = list(wire.decode_update(body, self.as4, self.peer_add_path))
            if self.limit is not None:
                self.count(entries)
            for entry in entries:
                self.log.write(self.name, entry.pop("event"), **entry)

    def count(self, entries):
        """Azure's rule: what is here, plus what is in the update."""
        now = time.monotonic()
        if now >= self.burst_end:
            self.base, self.burst = len(self.has), 0
        self.burst_end = now + self.window
        for entry in entries:
            if entry["event"] == "announce":
                self.burst += 1
                self.has.add(entry["prefix"])
            elif entry["event"] == "withdraw":
                self.has.discard(entry["prefix"])
        if self.base + self.burst > self.limit:
            self.log.write(self.name, "limit", has=self.base, update=self.burst)
            self.send(wire.message(wire.NOTIFICATION, b"\x06\x01"))
            raise OverLimit("maximum number of prefixes reached")

    # output

    def replay(self):
        """Send all routes, then End-of-RIB."""
        for prefix, route in self.routes.items():
            self.announce(prefix, route)
        if self.end_of_rib:
            self.send(wire.end_of_rib())

    def announce(self, prefix, route):
        """Send one route."""
        path = route.get("path", [self.asn])
        if ":" in prefix:
            data = wire.encode_update_v6([prefix], path, self.next_hop_v6, self.as4)
        else:
            data = wire.encode_update(
                [prefix],
                path,
                route.get("next_hop", self.address),
                self.as4,
                med=route.get("med"),
                local_pref=route.get("local_pref"),
                communities=route.get("communities", ()),
                large=route.get("large", ()),
                origin=route.get("origin", 0),
            )
        self.send(data)


class Recorder:
    """All sessions, the command socket, one loop."""

    def __init__(self, log_path, control_path, sessions):
        self.log = Log(log_path)
        self.selector = selectors.DefaultSelector()
        self.sessions = {c["name"]: Session(c, self.log) for c in sessions}
        self.control = socket.socket(socket.AF_UNIX)
        self.control.bind(control_path)
        self.control.listen(8)
        self.selector.register(self.control, selectors.EVENT_READ, None)

    def command(self, request):
        """Execute one command; returns the answer."""
        verb = request["do"]
        if verb == "mark":
            self.log.write("", "mark", text=request.get("text", ""))
        elif verb == "state":
            return {"up": {n: s.up for n, s in self.sessions.items()}, "lines": self.log.lines}
        elif verb == "add":
            config = request["config"]
            self.sessions[config["name"]] = Session(config, self.log)
        else:
            session = self.sessions[request["session"]]
            if verb == "end_of_rib":
                session.end_of_rib = request["sent"]  # from the next connection on
            elif verb == "announce":
                route = request.get("route", {})
                session.routes.update({prefix: route for prefix in request["prefixes"]})
                for prefix in request["prefixes"] if session.up else ():
                    session.announce(prefix, route)
            elif verb == "withdraw":
                for prefix in request["prefixes"]:
                    session.routes.pop(prefix, None)
                if session.up:
                    session.send(wire.encode_withdraw(request["prefixes"]))
            elif verb == "refresh":
                afi, safi = wire.FAMILIES[request.get("family", "ipv4-unicast")]
                if session.up:
                    session.send(wire.message(wire.REFRESH, struct.pack("!HBB", afi, 0, safi)))
            elif verb == "stop":
                session.enabled = False
                if session.socket and session.up and not request.get("silent"):
                    session.send(wire.message(wire.NOTIFICATION, b"\x06\x02"))
                session.drop(self.selector, "stopped")
            elif verb == "start":
                session.enabled, session.next_try = True, 0.0
            else:
                raise ValueError(verb)
        return {}

    def serve(self):
        """One request per connection."""
        connection, _ = self.control.accept()
        with connection:
            request = b""
            while not request.endswith(b"\n"):
                data = connection.recv(1 << 20)
                if not data:
                    return
                request += data
            request = json.loads(request)
            try:
                answer = self.command(request)
            except (BrokenPipeError, ConnectionResetError) as error:
                # bgpd has closed the session; what is to be announced is kept for the next one
                self.sessions[request["session"]].drop(self.selector, str(error))
                answer = {}
            except Exception as error:  # the caller shall see it, whatever it is
                answer = {"error": repr(error)}
            connection.sendall(json.dumps(answer).encode() + b"\n")

    def loop(self):
        """Run until killed."""
        while True:
            now = time.monotonic()
            for session in self.sessions.values():
                if session.enabled and session.socket is None and now >= session.next_try:
                    session.connect(self.selector)
                if session.up and now >= session.next_keepalive:
                    session.next_keepalive = now + session.interval
                    try:
                        session.send(wire.message(wire.KEEPALIVE))
                    except OSError as error:
                        session.drop(self.selector, str(error))
            for key, events in self.selector.select(0.1):
                session = key.data
                if session is None:
                    self.serve()
                    continue
                try:
                    if session.connecting:
                        session.established(self.selector)
                    elif session.socket is key.fileobj and events & selectors.EVENT_READ:
                        session.readable(self.selector)
                except OSError as error:
                    session.drop(self.selector, str(error))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    with open(sys.argv[3], encoding="ascii") as stream:
        SESSIONS = json.load(stream)
    Recorder(sys.argv[1], sys.argv[2], SESSIONS).loop()
