# SPDX-License-Identifier: GPL-2.0-or-later
"""
The dual-VNet design with two NVAs in each virtual network, and four tunnels.

     Route Server 10.1.0.4, .5                  Route Server 10.2.0.4, .5
        |             |                            |             |
    nva 10.1.1.4   nva-b 10.1.1.5              nva2 10.2.1.4   nva-b2 10.2.1.5
        |             |      AS 64512              |             |      AS 64514
        +-------------+==== each with each, VXLAN, BFD =========+

Active and standby: the second NVA of each has `prepend`.  Balanced: both announce a load
balancer's address, 10.1.1.100, which is a machine here that asks every NVA for its health.

The health that an NVA tells is a listening socket, there while the NVA has a way to the other
side.  That bgpd lives would not do: after a start it lives for seconds without routes.

Traffic are pings in both directions, to several addresses, so that every NVA has some to carry.
"""
import re
import signal

from . import azure
from .dual import AS_B, BFD, Dual
from .wait import wait_for

STANDBY, BALANCED = "standby", "balanced"
BALANCER = "10.1.1.100"
HEALTH_PORT = 8179
INTERVAL = 0.02  # seconds between two pings of one stream
HOSTS = 4

# listens while there is a route to the prefix
HEALTH = """
import socket, subprocess, sys, time
listener = None
while True:
    there = subprocess.run(["ip", "-4", "route", "show", sys.argv[1]], capture_output=True).stdout
    if there and listener is None:
        listener = socket.create_server(("", int(sys.argv[2])))
        listener.settimeout(0.1)
    if not there and listener is not None:
        listener.close()
        listener = None
    try:
        if listener is None:
            time.sleep(0.1)
        else:
            listener.accept()[0].close()
    except TimeoutError:
        pass
"""
# sends what comes to the machines that answer
BALANCE = """
import socket, subprocess, sys, time
port, before = int(sys.argv[1]), None
def healthy(address):
    try:
        socket.create_connection((address, port), 0.2).close()
        return True
    except OSError:
        return False
while True:
    alive = [a for a in sys.argv[2:] if healthy(a)]
    if alive != before:
        hops = [w for a in alive for w in ("nexthop", "via", a)]
        words = ["default", *hops] if alive else ["unreachable", "default"]
        subprocess.run(["ip", "route", "replace", *words], check=True)
        before = alive
    time.sleep(0.1)
"""


class Balancer:
    """A load balancer in the subnet of the NVAs."""

    def __init__(self, network, watched):
        self.node = network.lab.node("lb" + network.suffix)
        network.attach(self.node, "nvas", "lb", f"{BALANCER}/24")
        # one stream, one NVA; and a word to nobody that there is a shorter way
        self.node.run("sysctl -qw net.ipv4.fib_multipath_hash_policy=0 net.ipv4.conf.all.send_redirects=0 "
                      "net.ipv4.conf.eth0.send_redirects=0")
        for nva in network.nvas:
            nva.spawn(["/usr/bin/python3", "-c", HEALTH, watched, HEALTH_PORT], "health.out")
        backends = [network.here(a) for a in (azure.NVA, azure.NVA_B)]
        self.node.spawn(["/usr/bin/python3", "-c", BALANCE, HEALTH_PORT, *backends], "balance.out")

    def backends(self):
        """Addresses that get traffic at present."""
        return set(re.findall(r"via ([0-9.]+)", self.node.out("ip route show default")))


class Traffic:
    """Streams of pings between AVS and on-premises."""

    def __init__(self, nodes):
        self.streams = []
        for source, near, far in (("avs", azure.AVS_HOST, azure.ONPREM_HOST),
                                  ("ce", azure.ONPREM_HOST, azure.AVS_HOST)):
            for number in range(HOSTS):
                log = nodes[source].dir / "log" / f"ping{number}.out"
                child = nodes[source].spawn(["ping", "-n", "-i", INTERVAL, "-I", near, host(far, number)], log.name)
                self.streams.append((f"{source} {number}", child, log))

    def stop(self):
        """End it; returns stream -> (packets sent, numbers of those that were lost)."""
        found = {}
        for _, child, _ in self.streams:
            child.send_signal(signal.SIGINT)
        for name, child, log in self.streams:
            child.wait(10)
            text = log.read_text()
            log.unlink()
            # the last one is on its way when this ends
            sent = int(re.search(r"(\d+) packets transmitted", text).group(1)) - 1
            found[name] = sent, set(range(1, sent + 1)) - {int(n) for n in re.findall(r"icmp_seq=(\d+) ttl", text)}
        return found


def host(address, number):
    """One of the addresses of AVS or on-premises."""
    head, tail = address.rsplit(".", 1)
    return f"{head}.{int(tail) + number}"


class Pairs(Dual):
    """Two NVAs in each virtual network."""

    def __init__(self, lab, mode):
        self.mode = mode
        super().__init__(lab, pair=True)
        for party, address in (("avs", azure.AVS_HOST), ("ce", azure.ONPREM_HOST)):
            self.nodes[party].address("lo", *(f"{host(address, n)}/32" for n in range(1, HOSTS)))
        self.balancers = [Balancer(self.a, azure.ONPREM_PREFIXES[0]), Balancer(self.b, azure.AVS_PREFIXES[0])
                          ] if mode == BALANCED else []

    def _connect(self, tunnel):
        """Four tunnels; tunnel I-J is between NVA I of the first and NVA J of the second virtual network."""
        for i in range(2):
            for j in range(2):
                ends = [(self.a, i), (self.b, j)]
                outer = [n.here((azure.NVA, azure.NVA_B)[k]) for n, k in ends]
                for (network, k), near, local, remote in zip(ends, self.inner(i, j), outer, reversed(outer)):
                    network.nvas[k].run(
                        f"ip link add {self.interface(i, j)} type vxlan id {65 + 2 * i + j} dstport 4789 "
                        f"local {local} remote {remote} dev eth0; ip link set {self.interface(i, j)} mtu 1450 up; "
                        f"ip addr add {near}/30 dev {self.interface(i, j)}")

    @staticmethod
    def interface(i, j):
        """Interface of a tunnel, on either side."""
        return f"vxlan{2 * i + j}"

    @staticmethod
    def inner(i, j):
        """Both addresses in a tunnel."""
        base = 4 * (2 * i + j)
        return f"192.0.2.{base + 1}", f"192.0.2.{base + 2}"

    def config(self, network, k):
        """frr.conf of NVA k of a virtual network."""
        first = network is self.a
        name, asn, far_asn = ("avs", azure.AS_NVA, AS_B) if first else ("hub", AS_B, azure.AS_NVA)
        servers = [network.here(a) for a in (azure.RS1, azure.RS2)]
        far_net, gateway = ("10.2.1.0/24", "10.1.1.1") if first else ("10.1.1.0/24", "10.2.1.1")
        lines = [network.here(azure.HEAD), f"ip route {far_net} {gateway}", BFD, f"router bgp {asn}"]
        for server in servers:
            lines += [f" neighbor {server} remote-as 65515", f" neighbor {server} ebgp-multihop",
                      f" neighbor {server} timers 1 3", f" neighbor {server} graceful-restart-disable"]
        for other in range(2):
            i, j = (k, other) if first else (other, k)
            far = self.inner(i, j)[1 if first else 0]
            lines += [f" neighbor {far} remote-as {far_asn}", f" neighbor {far} bfd profile fast",
                      f" neighbor {far} timers connect 1",
                      f" avs overlay neighbor {far} interface {self.interface(i, j)}"]
        lines += [f" avs route-server {name} neighbor {s}" for s in servers]
        if first:
            lines += [f" avs route-server {name} toward private-cloud", " avs advertise default toward private-cloud",
                      f" avs advertise default when-present {azure.ONPREM_PREFIXES[0]} from overlay",
                      " avs advertise segment on-premises toward private-cloud"]
        else:
            lines += [f" avs route-server {name} toward on-premises",
                      " avs advertise segment private-cloud toward on-premises"]
        if self.mode == BALANCED:
            lines.append(f" avs route-server {name} next-hop {network.here(BALANCER)}")
        elif k:
            lines.append(f" avs route-server {name} prepend 3")
        return "\n".join([*lines, "exit", ""])

    def start(self):
        """All four under watchfrr; wait for all sessions."""
        for network in (self.a, self.b):
            for k, nva in enumerate(network.nvas):
                nva.start_watched(self.config(network, k), more=("bfdd",))
        self.wait_sessions()

    def wait_sessions(self, timeout=60):
        """Until every session is up, with BFD."""
        for network in (self.a, self.b):
            wait_for("Route Server's sessions", network.established, timeout)
            for nva in network.nvas:
                wait_for(f"{nva.name}: sessions through the tunnels", lambda n=nva: sum(
                    p.get("status") == "up" for p in n.show_json("show bfd peers json")) == 2, timeout)

    def announced(self):
        """Per virtual network: what Route Server's instances took, one set for each session."""
        return [[set(n.accepted(rs, session)) for rs in ("rs1", "rs2") for session in azure.SESSIONS]
                for n in (self.a, self.b)]
