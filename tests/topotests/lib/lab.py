# SPDX-License-Identifier: GPL-2.0-or-later
"""
The laboratory of one test: its nodes, and what they must not have done.

The cell that most tests use, one link, everybody on 192.0.2.0/24:

      dut .1                      recorder (one process, one node)
    +--------+                  +---------------------------------+
    |  FRR   |---- 192.0.2.0/24 | R1 .11  R2 .12   AS 65515       |
    | 64512  |                  | PLAIN .13 AS 64998  no role     |
    +--------+                  | SRC .14 AS 64999  announces     |
                                +---------------------------------+
"""
import itertools
import subprocess

from .frr import Router
from .node import Node, link
from .speaker import Speaker

_numbers = itertools.count(1)


class Lab:
    """Makes nodes, and ends them."""

    def __init__(self, prefix=None):
        # so that several laboratories can exist at the same time
        self.prefix = f"{next(_numbers)}-" if prefix is None else prefix
        self.nodes = []
        self.speakers = []
        self.errors = []

    def _name(self, name):
        return f"{self.prefix}{name}"

    def node(self, name):
        """A machine without routing."""
        node = Node(self._name(name))
        self.nodes.append(node)
        return node

    def router(self, name, module=True, **options):
        """A machine with FRR."""
        router = Router(self._name(name), module=module, **options)
        self.nodes.append(router)
        return router

    def speaker(self, node, sessions, name="recorder"):
        """A recording BGP speaker on a node."""
        speaker = Speaker(node, sessions, name)
        self.speakers.append(speaker)
        return speaker

    def cell(self, sessions, module=True, **options):
        """The cell drawn above; returns (router, speaker)."""
        dut = self.router("dut", module=module, **options)
        peers = self.node("peers")
        addresses = [f"{s['address']}/24" for s in sessions]
        link(dut, "eth0", "192.0.2.1/24", peers, "eth0", addresses)
        sessions = [dict(s, peer=s.get("peer", "192.0.2.1")) for s in sessions]
        return dut, self.speaker(peers, sessions)

    def logs(self):
        """Name -> tail of every log."""
        tails = {}
        for node in self.nodes:
            tails.update(node.logs())
        return tails

    def close(self):
        """End everything, recorders last, so that nothing goes unseen."""
        for node in self.nodes:
            try:
                node.close()
            except (AssertionError, OSError, subprocess.SubprocessError) as error:
                self.errors.append(f"{node.name}: {error}")

    def check(self):
        """Nothing crashed, and no checker has anything to report."""
        for node in self.nodes:
            if isinstance(node, Router):
                reports = node.reports()
                assert not reports, reports
                assert not node.crashed(), "\n".join(node.crashed())
        assert not self.errors, "\n".join(self.errors)
