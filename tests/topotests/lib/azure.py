# SPDX-License-Identifier: GPL-2.0-or-later
"""
A virtual network with Azure Route Server and an ExpressRoute gateway.

                         10.1.0.0/27
              +---------------------------- rs1 .4   AS 65515  BIRD
              |   +------------------------ rs2 .5   AS 65515  BIRD, GoBGP or
              |   |                                            OpenBGPD
              |   |
   nva ------ fabric ------ gateway 10.1.2.4 AS 65515 (iBGP to rs1, rs2)
   10.1.1.4   every            |          |
   AS 64512   subnet's .1   msee-avs   msee-onp   AS 12076
     |        |                |          |
   internet   nva-b .5        avs        ce       AS 398656, AS 64620
   198.51.100.1            10.20.0.0/26  10.100.0.0/16 ...

nva-b, of the same AS, is there when a pair is asked for.

The fabric is what Azure's network is to a machine: the first address of every
subnet, and effective routes that Route Server programs.  How Azure's machines
behave is told in lib/microsoft.py.  A recorder can stand in the place of both
instances, with Route Server's OPEN; then there is nothing behind them.

User-defined routes of GatewaySubnet are routes of one table that the gateway
looks into for what comes from a circuit.  That table has the learned routes as
well: the longest prefix decides, and a user-defined route only wins from a
learned one of the same length, as in Azure.
"""
import re

from . import engines
from .frr import release_text
from .microsoft import (AS_AVS, AS_AZURE, AS_CE, AS_MSEE, AS_NVA, AVS_BLOCK, AVS_PREFIXES, BEHIND, CIRCUITS,
                        EXPRESSROUTE, GATEWAY, NVA, NVA_B, ONPREM_PREFIXES, RS1, RS2, SESSIONS, UDR_TABLE, VNET,
                        Bird, customer_edge, fabric, gateway, msee_config, private_cloud, route_server)
from .node import link
from .recorder import ROUTE_SERVER
from .wait import wait_for

__all__ = ["AS_AVS", "AS_AZURE", "AS_CE", "AS_MSEE", "AS_NVA", "AVS_BLOCK", "AVS_PREFIXES", "EXPRESSROUTE",
           "ONPREM_PREFIXES", "SESSIONS", "VNET", "customer_edge", "private_cloud", "route_server", "VirtualNetwork",
           "renumber"]
RFC1918 = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
AVS_HOST, ONPREM_HOST, INTERNET_HOST = "10.20.0.10", "10.100.0.10", "198.51.100.1"

# who answers from which address when a packet's time to live ends
HOPS = {
    "10.254.0.2": "MSEE", "10.254.0.6": "MSEE", "10.254.1.1": "MSEE", "10.254.2.1": "MSEE",
    "10.254.0.1": "gateway", "10.254.0.5": "gateway", GATEWAY: "gateway",
    "10.1.1.1": "VNet", "10.1.2.1": "VNet", NVA: "NVA",
    AVS_HOST: "AVS", ONPREM_HOST: "on-premises", INTERNET_HOST: "internet",
}


def renumber(text, number, asn=AS_NVA):
    """What is written for the first virtual network, for another one: 10.NUMBER, and an NVA of its own AS."""
    text = re.sub(r"\b10\.1\.", f"10.{number}.", text)
    return re.sub(rf"\b{AS_NVA}\b(?!\.\.)", str(asn), text)


class VirtualNetwork:
    """
    Fabric, NVA and Route Server subnets; `rs` holds the machines of Route
    Server: one node with both addresses (recorder=True), or one node each.

    number, asn: of a second virtual network, where 10.NUMBER stands for 10.1.
    pair: two NVAs; `nvas` has all of them
    """

    def __init__(self, lab, module=True, recorder=False, number=1, asn=AS_NVA, pair=False, **options):
        self.lab, self.number, self.asn = lab, number, asn
        self.fabric = self._node("fabric")
        self._subnet("nvas", "10.1.1.1/24")
        self._subnet("rs", "10.1.0.1/27")
        self.nvas = []
        for name, address in (("nva", NVA), ("nva-b", NVA_B))[: 2 if pair else 1]:
            router = lab.router(name + self.suffix, module=module, **options)
            self.nvas.append(self.attach(router, "nvas", name, f"{address}/24"))
        self.nva = self.nvas[0]
        if recorder:
            self.rs = [self._server("rs", RS1, RS2)]
        else:
            self.rs = [self._server("rs1", RS1), self._server("rs2", RS2)]
        self.birds = {}

    def here(self, text):
        """An address or a configuration as it is in this virtual network."""
        return renumber(text, self.number, self.asn)

    @property
    def suffix(self):
        """Of the names of machines."""
        return "" if self.number == 1 else str(self.number)

    def _node(self, name):
        return self.lab.node(name + self.suffix)

    def _bird(self, node, config):
        return Bird(node, self.here(config))

    def _subnet(self, name, address):
        address = self.here(address)
        self.fabric.run(f"ip link add name {name} type bridge; ip addr add {address} dev {name}; ip link set {name} up")

    def attach(self, node, subnet, port, *addresses):
        """Connect a machine to a subnet; the fabric calls its end PORT-p."""
        link(self.fabric, port + "-p", None, node, "eth0", [self.here(a) for a in addresses])
        self.fabric.run(f"ip link set {port}-p master {subnet}")
        return node

    def _server(self, name, *addresses):
        node = self.attach(self._node(name), "rs", name, *(f"{a}/27" for a in addresses))
        node.route(self.here(VNET), self.here("10.1.0.1"))
        return node

    def speaker(self, **more):
        """
        A recorder in the place of both Route Server instances, with their OPEN: no graceful restart,
        so no End-of-RIB, and start-up waits for 5 s of silence (end_of_rib=True: not so).
        """
        sessions = [
            dict(dict(ROUTE_SERVER, name=name, address=self.here(address), peer=self.here(NVA)), **more)
            for name, address in (("R1", RS1), ("R2", RS2))
        ]
        return self.lab.speaker(self.rs[0], sessions)

    def start_route_servers(self, with_gateway=False, second="bird", **more):
        """
        Both instances: BIRD, and BIRD or another engine as the second.

        more: for BIRD, see microsoft.route_server(): limit, preference, spokes, branches
        """
        self._route_servers = dict(more, gateway=with_gateway, nvas=(NVA, NVA_B)[: len(self.nvas)])
        self.birds["rs1"] = self._bird(self.rs[0], route_server(RS1, **self._route_servers))
        self.start_second(second)

    def start_second(self, engine="bird"):
        """The second instance, also once more."""
        if engine == "bird":
            self.birds["rs2"] = self._bird(self.rs[1], route_server(RS2, **self._route_servers))
        else:
            network = {
                "address": RS2, "as": AS_AZURE, "vnet": VNET, "nva": NVA, "nva_as": AS_NVA,
                "gateway": GATEWAY, "fabric": "10.1.0.1",
            }
            self.birds["rs2"] = engines.ENGINES[engine](self.rs[1], network)

    def accepted(self, instance, session="nva"):
        """Prefix -> AS path of what an instance of Route Server took from an NVA."""
        return self.birds[instance].routes(session)

    def established(self):
        """True when the sessions of every NVA are up."""
        return all(self.birds[rs].state(session) == "Established"
                   for rs in ("rs1", "rs2") for session in SESSIONS[: len(self.nvas)])

    def wait_accepted(self, expected, timeout=40):
        """Until both instances have exactly these prefixes from the NVA."""
        expected = set(expected)
        wait_for(
            lambda: f"{expected} at both, have {[set(self.accepted(rs)) for rs in ('rs1', 'rs2')]}",
            lambda: all(set(self.accepted(rs)) == expected for rs in ("rs1", "rs2")),
            timeout,
        )

    def user_defined_route(self, prefix):
        """A route of GatewaySubnet to the NVA, as the customer configures it."""
        # a smaller metric than BIRD's: user-defined wins from learned, for the same prefix
        self.nodes["gateway"].run(f"ip route add {prefix} via 10.1.2.1 metric 1 table {UDR_TABLE}")
        self.fabric.run(f"ip route add {prefix} via {NVA} table {UDR_TABLE}")

    def way(self, source, destination):
        """Names of who forwards a packet between "avs", "ce" and "internet", the receiver last."""
        addresses = {"avs": AVS_HOST, "ce": ONPREM_HOST, "internet": INTERNET_HOST}
        hops = self.nodes[source].trace(addresses[destination], addresses[source])
        return [HOPS.get(hop, hop) for hop in hops]

    def _start_circuit(self, nodes, circuit):
        """A circuit with its Microsoft edge, and who is behind it."""
        gw, peer = CIRCUITS[circuit]
        msee, near, party, far, asn = BEHIND[circuit]
        host = {"avs": AVS_HOST, "onprem": ONPREM_HOST}[circuit]
        for name in (msee, party):
            nodes[name] = self.lab.node(name)
        link(nodes["gateway"], circuit, f"{gw}/30", nodes[msee], "gw", f"{peer}/30")
        link(nodes[msee], "edge", f"{near}/30", nodes[party], "msee", f"{far}/30")
        nodes[party].address("lo", f"{host}/32")
        nodes["gateway"].run(f"ip rule add iif {circuit} lookup {UDR_TABLE}")
        self.birds[msee] = Bird(nodes[msee], msee_config(circuit))
        self.birds[party] = Bird(
            nodes[party],
            private_cloud() if circuit == "avs" else customer_edge(),
        )

    def connect_circuit(self, circuit, own, other):
        """Global Reach from a circuit, between these addresses of Microsoft's edges."""
        self.birds[BEHIND[circuit][0]].reconfigure(msee_config(circuit, (own, other)))

    def start_gateway(self, circuits=tuple(CIRCUITS), second="bird", **more):
        """Gateway, its circuits, and who is behind them; more: for Route Server."""
        nodes = {"gateway": self._node("gateway")}
        link(self.fabric, "gw0", self.here("10.1.2.1/24"), nodes["gateway"], "eth0", self.here(f"{GATEWAY}/24"))
        nodes["gateway"].route(self.here(VNET), self.here("10.1.2.1"))
        # and where the gateway sends to the NVA, the network carries it there
        self.fabric.run(f"ip rule add iif gw0 lookup {UDR_TABLE}")
        self.birds["fabric"] = self._bird(self.fabric, fabric())
        self.start_route_servers(with_gateway=True, second=second, **more)
        for circuit in circuits:
            self._start_circuit(nodes, circuit)
        self.birds["gateway"] = self._bird(nodes["gateway"], gateway(circuits))
        self.nodes = nodes
        return nodes

    def start_azure(self, second="bird", **more):
        """Gateway, both circuits, AVS and on-premises behind them, the internet; more: for Route Server."""
        nodes = self.start_gateway(second=second, **more)
        nodes["internet"] = self.lab.node("internet")
        link(self.nva, "eth1", "203.0.113.1/30", nodes["internet"], "eth0", "203.0.113.2/30")
        nodes["internet"].address("lo", f"{INTERNET_HOST}/32")
        for prefix in ("10.0.0.0/8", "172.16.0.0/12"):
            nodes["internet"].route(prefix, "203.0.113.1")
        self.nva.route("default", "203.0.113.2")
        return nodes


HEAD = f"""frr version {release_text()}
frr defaults traditional
hostname nva
service integrated-vtysh-config
!
ip route 10.1.0.0/27 10.1.1.1
!
"""

# design.md section 3, as it stands
DESIGN_1 = (
    HEAD
    + """router bgp 64512
 neighbor 10.1.0.4 remote-as 65515
 neighbor 10.1.0.4 ebgp-multihop
 neighbor 10.1.0.5 remote-as 65515
 neighbor 10.1.0.5 ebgp-multihop
 avs route-server hub neighbor 10.1.0.4
 avs route-server hub neighbor 10.1.0.5
 avs route-server hub toward private-cloud
 avs route-server hub toward on-premises
 avs route-server hub accept-leak on-premises
 avs advertise default toward private-cloud
exit
!
"""
)
DESIGN_1_WITHOUT_CONSENT = DESIGN_1.replace(" avs route-server hub accept-leak on-premises\n", "")

# design 2
DESIGN_2_AUTO = DESIGN_1_WITHOUT_CONSENT.replace(
    " avs advertise default toward private-cloud\n", " avs advertise supernet auto\n"
)

# design 2 with configured supernets
DESIGN_2 = DESIGN_1_WITHOUT_CONSENT.replace(
    " avs advertise default toward private-cloud\n",
    " avs advertise supernet 10.20.0.0/16\n avs advertise supernet 10.96.0.0/12\n"
    " avs advertise supernet 172.20.0.0/15\n",
)

# by hand on stock FRR, without any policy
STOCK = (
    HEAD
    + """router bgp 64512
 no bgp ebgp-requires-policy
 neighbor 10.1.0.4 remote-as 65515
 neighbor 10.1.0.4 ebgp-multihop
 neighbor 10.1.0.5 remote-as 65515
 neighbor 10.1.0.5 ebgp-multihop
 address-family ipv4 unicast
  network 0.0.0.0/0
 exit-address-family
exit
"""
)
