# SPDX-License-Identifier: GPL-2.0-or-later
"""
Feeder and sink: both instances of a Route Server, in one process.

Messages are encoded before the clock starts, so that the feeder is never
what is waited for.  Both sessions read all the time; every NLRI that comes to
either of them is checked: a prefix that was fed is a leak, and so is one that
is not in `allowed` (null: only what was fed).

Commands are lines of JSON on standard input, each answered by a line:

    open    establish both sessions
    load    n: feed n routes; answers once nothing came for `quiet` seconds
    single  rounds: change one route, wait for the announcement that follows
    wait    prefix: until the sink was told this prefix
    state   what the sink was told last

Usage: peers.py DUT FEEDER SINK [AS of the sink]
"""
import ipaddress
import json
import pathlib
import select
import socket
import struct
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "topotests")]

import feed  # noqa: E402
from lib import wire  # noqa: E402

KEEPALIVE_EVERY = 20


class Peer:
    """One session; never reconnects."""

    def __init__(self, address, dut, asn=feed.AZURE):
        self.address, self.dut, self.asn = address, dut, asn
        self.socket, self.buffer, self.up = None, b"", False
        self.told, self.announced, self.withdrawn = {}, 0, 0
        self.last = 0.0

    def connect(self, deadline):
        """Until established."""
        while not self.up:
            if time.monotonic() > deadline:
                raise TimeoutError(f"no session from {self.address}")
            try:
                self.attempt(deadline)
            except OSError:
                time.sleep(0.05)

    def attempt(self, deadline):
        """One connection, up to the first KEEPALIVE."""
        self.buffer = b""
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.settimeout(max(0.1, min(5.0, deadline - time.monotonic())))
        self.socket.bind((self.address, 0))
        self.socket.connect((self.dut, 179))
        capabilities = [(1, struct.pack("!HBB", 1, 0, 1)), (2, b""), (65, struct.pack("!I", self.asn))]
        capabilities.append((64, b"\0\0"))
        self.socket.sendall(wire.open_message(self.asn, self.address, 180, capabilities))
        while not self.up:
            self.read(None)
        self.socket.setblocking(False)

    def read(self, check):
        """Take in what is there."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise OSError("closed by the peer")
        self.buffer += data
        at, size = 0, len(self.buffer)
        while size - at >= 19:
            length, kind = struct.unpack_from("!HB", self.buffer, at + 16)
            if size - at < length:
                break
            self.handle(kind, self.buffer[at + 19 : at + length], check)
            at += length
        self.buffer = self.buffer[at:]

    def handle(self, kind, body, check):
        """One message."""
        if kind == wire.OPEN:
            self.socket.sendall(wire.message(wire.KEEPALIVE))
        elif kind == wire.KEEPALIVE:
            self.up = True
        elif kind == wire.NOTIFICATION:
            raise OSError(f"notification {body[0]}/{body[1]}")
        elif kind == wire.UPDATE:
            for event in wire.decode_update(body, True, set()):
                if event["event"] == "eor":
                    continue
                self.last = time.monotonic()
                if event["event"] == "withdraw":
                    self.withdrawn += 1
                    self.told.pop(event["prefix"], None)
                    continue
                self.announced += 1
                self.told[event["prefix"]] = self.last
                if check:
                    check(event["prefix"])


class Peers:
    """The two sessions and what is known about leaks."""

    def __init__(self, dut, feeder, sink, sink_as=feed.AZURE):
        self.feeder, self.sink = Peer(feeder, dut), Peer(sink, dut, int(sink_as))
        self.fed, self.allowed, self.leaks = set(), None, []
        self.alive = 0.0

    def check(self, prefix):
        """Is this a leak?"""
        if prefix in self.fed or (self.allowed is not None and prefix not in self.allowed):
            self.leaks.append(prefix)

    def turn(self, timeout, data=None):
        """Read what there is, write what goes; returns how much was written."""
        now = time.monotonic()
        if now - self.alive > KEEPALIVE_EVERY and not data:
            self.alive = now
            for peer in (self.feeder, self.sink):
                peer.socket.setblocking(True)
                peer.socket.sendall(wire.message(wire.KEEPALIVE))
                peer.socket.setblocking(False)
        both = {self.feeder.socket: self.feeder, self.sink.socket: self.sink}
        ready, writable, _ = select.select(list(both), [self.feeder.socket] if data else [], [], timeout)
        for sock in ready:
            both[sock].read(self.check)
        return self.feeder.socket.send(data) if writable else 0

    def send(self, data):
        """All of it, reading meanwhile."""
        view = memoryview(data)
        while view:
            view = view[self.turn(1.0, view) :]

    def until(self, condition, timeout):
        """Read until condition(); False when it did not come."""
        end = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > end:
                return False
            self.turn(0.02)
        return True

    # commands

    def do_open(self, request):
        """Establish both sessions."""
        deadline = time.monotonic() + request.get("timeout", 40)
        self.feeder.connect(deadline)
        self.sink.connect(deadline)
        self.alive = time.monotonic()
        self.until(lambda: False, 0.3)
        return {}

    def do_load(self, request):
        """Feed, and wait for quiet."""
        table = feed.routes(request["n"])
        data = feed.updates(table, self.feeder.address)
        self.allowed = None if request.get("allowed") is None else set(request["allowed"])
        if not request.get("exports"):
            self.fed = {prefix for prefix, _ in table} | {feed.MARKER}
        for prefix in list(self.sink.told) + list(self.feeder.told):
            self.check(prefix)
        self.sink.announced = self.sink.withdrawn = 0
        start = time.monotonic()
        self.send(data)
        sent = time.monotonic()
        wanted = request.get("until", [])
        complete = self.until(lambda: all(p in self.sink.told for p in wanted), request.get("timeout", 60))
        while time.monotonic() - max(self.sink.last, sent) < request.get("quiet", 1.0):
            self.turn(0.05)
        return {
            "bytes": len(data),
            "sent": sent - start,
            "wall": self.sink.last - start if self.sink.last > start else None,
            "complete": complete,
            **self.do_state(request),
        }

    def do_single(self, request):
        """One route at a time: milliseconds until what follows is announced."""
        took = []
        for number in range(request["rounds"]):
            prefix, _ = feed.single(number)
            network = ipaddress.ip_network(prefix)
            self.until(lambda: False, request.get("pause", 0.3))
            if not request.get("exports"):
                self.fed.add(prefix)
            start = time.monotonic()
            data = wire.encode_update([prefix], (feed.AZURE, feed.MSEE, feed.AVS), self.feeder.address, True)
            self.send(data)

            def came(start=start, network=network):
                return [
                    when
                    for text, when in self.sink.told.items()
                    if when > start and network.subnet_of(ipaddress.ip_network(text)) and text != "0.0.0.0/0"
                ]

            if not self.until(came, 10):
                raise TimeoutError(f"nothing followed {prefix}")
            took.append(1000 * (min(came()) - start))
        return {"msec": took, "leaks": len(self.leaks)}

    def do_wait(self, request):
        """Until the sink knows a prefix (or, gone: does not know it any more)."""
        gone = request.get("gone", False)
        if not self.until(lambda: (request["prefix"] in self.sink.told) != gone, request.get("timeout", 60)):
            raise TimeoutError(f"{request['prefix']} did not come")
        return {"at": time.monotonic() if gone else self.sink.told[request["prefix"]]}

    def do_state(self, _request):
        """What the sink has."""
        return {
            "announced": self.sink.announced,
            "withdrawn": self.sink.withdrawn,
            "table": len(self.sink.told),
            "back": len(self.feeder.told),
            "default": "0.0.0.0/0" in self.sink.told,
            "leaks": len(self.leaks),
            "leaked": self.leaks[:5],
        }


def main():
    """Serve commands until the end of the input."""
    peers = Peers(*sys.argv[1:])
    buffer = b""
    while True:
        waiting = [sys.stdin.fileno()] + [p.socket for p in (peers.feeder, peers.sink) if p.up]
        ready, _, _ = select.select(waiting, [], [], 1.0)
        try:
            if peers.sink.up:
                peers.turn(0)
        except OSError:
            # the daemon ended between two commands: the next command will say so
            peers.feeder.up = peers.sink.up = False
        if sys.stdin.fileno() not in ready:
            continue
        data = sys.stdin.buffer.read1(1 << 16)
        if not data:
            return
        buffer += data
        while b"\n" in buffer:
            line, buffer = buffer.split(b"\n", 1)
            request = json.loads(line)
            try:
                answer = getattr(peers, "do_" + request["do"])(request)
            except (OSError, TimeoutError) as error:
                answer = {"error": str(error)}
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
