# SPDX-License-Identifier: GPL-2.0-or-later
"""
Any number of route server instances in one process, for what holds bgpd's loop (P8).

All of them read all the time, and come back when their session ended.  Commands are lines
of JSON on standard input, each answered by a line:

    open    establish all sessions
    feed    n: every session delivers the same n routes
    flap    n: every session withdraws n of them, and delivers them again
    close   end all sessions
    state   how many sessions are up, prefixes that the last one was told, leaks

Usage: many.py DUT ADDRESS...
"""
import json
import pathlib
import select
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "topotests")]

import feed  # noqa: E402
from lib import wire  # noqa: E402
from peers import KEEPALIVE_EVERY, Peer  # noqa: E402


class Many:
    """The sessions; commands run in the thread that reads them."""

    def __init__(self, dut, *addresses):
        self.peers = [Peer(a, dut) for a in addresses]
        self.fed, self.leaks, self.alive = set(), 0, 0.0

    def check(self, prefix):
        """A prefix that was fed and comes back is a leak."""
        self.leaks += prefix in self.fed

    def turn(self, timeout, left=None):
        """Read what there is; write of left, a dictionary of socket to bytes."""
        now = time.monotonic()
        up = {p.socket: p for p in self.peers if p.up}
        if now - self.alive > KEEPALIVE_EVERY and not left:
            self.alive = now
            for sock in up:
                sock.setblocking(True)
                sock.sendall(wire.message(wire.KEEPALIVE))
                sock.setblocking(False)
        ready, writable, _ = select.select(list(up), [s for s in left or () if s in up], [], timeout)
        for sock in ready:
            try:
                up[sock].read(self.check)
            except OSError:
                self.down(up[sock])
        for sock in writable:
            if up[sock].up:
                left[sock] = left[sock][sock.send(left[sock][: 1 << 16]) :]

    @staticmethod
    def down(peer):
        """Its session has ended."""
        peer.socket.close()
        peer.up, peer.told = False, {}

    def send(self, of_peer):
        """The bytes that of_peer() says, to everybody."""
        left = {p.socket: memoryview(of_peer(p)) for p in self.peers if p.up}
        while any(left.values()):
            self.turn(1.0, left)
            left = {s: v for s, v in left.items() if v and any(p.up and p.socket is s for p in self.peers)}

    def do_open(self, request):
        """All sessions, at once."""
        deadline = time.monotonic() + request.get("timeout", 60)
        threads = [threading.Thread(target=p.connect, args=(deadline,)) for p in self.peers if not p.up]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.alive = time.monotonic()
        return self.do_state(request)

    def do_feed(self, request):
        """The table."""
        table = feed.routes(request["n"])
        self.fed = {prefix for prefix, _ in table} | {feed.MARKER}
        self.send(lambda p: feed.updates(table, p.address))
        return self.do_state(request)

    def do_flap(self, request):
        """Some of it goes, and comes back."""
        table = feed.routes(request["n"])
        prefixes = [prefix for prefix, _ in table]
        gone = b"".join(wire.encode_withdraw(prefixes[i : i + feed.BATCH]) for i in range(0, len(prefixes), feed.BATCH))
        self.send(lambda _: gone)
        self.send(lambda p: feed.updates(table, p.address))
        return self.do_state(request)

    def do_close(self, request):
        """All sessions end."""
        for peer in self.peers:
            if peer.up:
                self.down(peer)
        return self.do_state(request)

    def do_state(self, _request):
        """How it is."""
        return {"up": sum(p.up for p in self.peers), "table": len(self.peers[-1].told), "leaks": self.leaks}


def main():
    """Serve commands until the end of the input."""
    many = Many(*sys.argv[1:])
    buffer = b""
    while True:
        ready, _, _ = select.select([sys.stdin.fileno()] + [p.socket for p in many.peers if p.up], [], [], 1.0)
        many.turn(0)
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
                answer = getattr(many, "do_" + request["do"])(request)
            except (OSError, TimeoutError) as error:
                answer = {"error": str(error)}
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
