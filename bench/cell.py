# SPDX-License-Identifier: GPL-2.0-or-later
"""
One daemon and its two peers, each in namespaces of its own:

      dut .1                        peers, one process
    +------------+                +-------------------------------+
    | bgpd, or   |  192.0.2.0/24  | feeder .11, sink .12          |
    | BIRD       |----------------| both AS 65515, or the sink's  |
    +------------+                +-------------------------------+

bgpd runs without zebra and writes to no kernel (-Z -n), so that what is
measured is bgpd.  CPU time is the sum over all threads as the scheduler
counts it; memory is what the kernel says of the process.
"""
import itertools
import json
import os
import pathlib
import subprocess
import sys
import time

import workloads
from lib import product
from lib.frr import FRR, BgpdDied, Vty
from lib.lab import Lab
from lib.node import link
from lib.wait import wait_for

HERE = pathlib.Path(__file__).resolve().parent
_numbers = itertools.count(1)


class Cell:
    """Starts with a configuration; ends with close()."""

    def __init__(self, name, config, wrap=(), sink_as=65515, neighbors=workloads.NEIGHBORS, script="peers.py"):
        self.name = name
        # apart from the laboratories of a test that runs this
        self.lab = Lab(prefix=f"bench{os.getpid()}-{next(_numbers)}-")
        self.module = workloads.with_module(name)
        try:
            self.dut = self.lab.router("dut", module=self.module)
            self.node = self.lab.node("peers")
            link(
                self.dut,
                "eth0",
                f"{workloads.DUT}/24",
                self.node,
                "eth0",
                [f"{a}/24" for a in neighbors],
            )
            self.daemon = self.start(config, list(wrap))
            # only the two of a comparison may have different numbers
            more = [str(sink_as)] if script == "peers.py" else []
            self.peers = subprocess.Popen(
                self.node.argv([sys.executable, "-B", HERE / script, workloads.DUT, *neighbors, *more]),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        except BaseException:
            self.lab.close()
            raise

    def start(self, config, wrap):
        """The daemon in the foreground, so that its process id is known."""
        if self.name == "bird":
            (self.dut.dir / "bird" / "bird.conf").write_text(config)
            command = ["bird", "-f", "-c", "/run/bird/bird.conf", "-s", "/run/bird/bird.ctl"]
            child = self.dut.spawn(command, "bird.out")
            wait_for("BIRD answers", (self.dut.dir / "bird" / "bird.ctl").exists, 10, 0.02)
            return child
        self.dut.write("bgpd.conf", config)
        command = wrap + [f"{FRR}/bgpd", "-Z", "-n", "-A", "127.0.0.1", "-f", "/etc/frr/bgpd.conf"]
        command += ["--log", "file:/var/log/frr/bgpd.log"]
        if self.module:
            command += ["-M", str(product.module())]
        child = self.dut.spawn(command, "bgpd.out")
        wait_for("bgpd answers", lambda: self.answers(child), 120, 0.02)
        return child

    def answers(self, child):
        """Does bgpd take commands?"""
        if child.poll() is not None:
            raise AssertionError("bgpd ended: " + (self.dut.dir / "log" / "bgpd.out").read_text())
        try:
            with Vty(self.dut.dir / "run" / "bgpd.vty"):
                return True
        except (OSError, BgpdDied):
            return False

    @property
    def pid(self):
        """Process id of the daemon: nsenter executes it, no process is between."""
        return self.daemon.pid

    def do(self, verb, **fields):
        """A command for the peers."""
        self.peers.stdin.write(json.dumps(dict(fields, do=verb)) + "\n")
        self.peers.stdin.flush()
        line = self.peers.stdout.readline()
        if not line:
            raise RuntimeError("the peers ended")
        answer = json.loads(line)
        if "error" in answer:
            raise AssertionError(f"{self.name}: {answer['error']}")
        return answer

    def cpu(self):
        """Seconds of CPU time of all threads so far."""
        total = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            try:
                with open(f"/proc/{self.pid}/task/{task}/schedstat", encoding="ascii") as stream:
                    total += int(stream.read().split()[0])
            except FileNotFoundError:
                continue
        return total / 1e9

    def memory(self):
        """(bytes now, bytes at the peak)."""
        found = {}
        with open(f"/proc/{self.pid}/status", encoding="ascii") as stream:
            for line in stream:
                key, _, value = line.partition(":")
                if key in ("VmRSS", "VmHWM"):
                    found[key] = 1024 * int(value.split()[0])
        return found["VmRSS"], found["VmHWM"]

    def settle(self, limit=60.0):
        """CPU time once the daemon has nothing more to do."""
        end, last, calm = time.monotonic() + limit, self.cpu(), 0
        while calm < 6 and time.monotonic() < end:
            time.sleep(0.1)
            now = self.cpu()
            calm = calm + 1 if now - last < 0.002 else 0
            last = now
        return last

    def end(self, timeout):
        """End the daemon as an administrator does, and wait for it."""
        self.daemon.terminate()
        self.daemon.wait(timeout)

    def close(self):
        """End everything; the namespaces go with their processes."""
        self.peers.stdin.close()
        self.peers.wait()
        self.peers.stdout.close()
        self.lab.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
