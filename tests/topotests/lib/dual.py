# SPDX-License-Identifier: GPL-2.0-or-later
"""
The dual-VNet design: two virtual networks of lib/azure.py, a circuit each.

      avs                                               ce (on-premises)
       |                                                 |
    msee-avs - - - - - Global Reach, on demand - - - - msee-onp
       |                                                 |
    gateway 10.1.2.4                              gateway 10.2.2.4
       |                                                 |
    rs1, rs2 10.1.0.4, .5                         rs1, rs2 10.2.0.4, .5
       |                                                 |
      nva 10.1.1.4, AS 64512 ==== a tunnel ==== nva2 10.2.1.4, AS 64514
                192.0.2.1                  192.0.2.2

The two virtual networks are peered, which carries the tunnel and nothing else: no gateway
is used through the peering, and routes are exchanged by the NVAs alone.  The tunnel is VXLAN or
IPsec.
"""
from . import azure, ipsec
from .node import link
from .wait import wait_for

AS_A, AS_B = 64512, 64514
TUNNEL_A, TUNNEL_B = "192.0.2.1", "192.0.2.2"
NVA_A, NVA_B = azure.NVA, azure.renumber(azure.NVA, 2)
REACH = ("10.254.3.1", "10.254.3.2")

HOPS = {
    **azure.HOPS,
    "10.1.1.4": "NVA 1", TUNNEL_A: "NVA 1", "10.2.1.4": "NVA 2", TUNNEL_B: "NVA 2",
    "10.1.2.4": "gateway", "10.2.2.4": "gateway", "10.1.1.1": "VNet", "10.2.1.1": "VNet",
    "10.1.2.1": "VNet", "10.2.2.1": "VNet", "10.255.0.1": "VNet", "10.255.0.2": "VNet",
    **{address: "MSEE" for address in REACH},
}
THERE = ["MSEE", "gateway", "VNet", "NVA 1", "NVA 2", "VNet", "gateway", "MSEE", "on-premises"]
BACK = [*reversed(THERE[:-1]), "AVS"]

# under the tunnel lies the route that the peering gives; BGP must not replace it
HEAD_A = azure.HEAD + "ip route 10.2.1.0/24 10.1.1.1\n!\n"
HEAD_B = azure.renumber(azure.HEAD, 2) + "ip route 10.1.1.0/24 10.2.1.1\n!\n"

NEIGHBORS = """router bgp 64512
 neighbor 10.1.0.4 remote-as 65515
 neighbor 10.1.0.4 ebgp-multihop
 neighbor 10.1.0.5 remote-as 65515
 neighbor 10.1.0.5 ebgp-multihop
"""

# design.md section 3, as it stands
DESIGN_3_A = HEAD_A + NEIGHBORS + """ neighbor 192.0.2.2 remote-as 64514
 avs route-server avs neighbor 10.1.0.4
 avs route-server avs neighbor 10.1.0.5
 avs route-server avs toward private-cloud
 avs overlay neighbor 192.0.2.2 interface vxlan0
 avs advertise default toward private-cloud
 avs advertise companions toward private-cloud
exit
!
"""
DESIGN_3_B = HEAD_B + azure.renumber(NEIGHBORS, 2, AS_B) + """ neighbor 192.0.2.1 remote-as 64512
 avs route-server hub neighbor 10.2.0.4
 avs route-server hub neighbor 10.2.0.5
 avs route-server hub toward on-premises
 avs overlay neighbor 192.0.2.1 interface vxlan0
 avs advertise segment private-cloud toward on-premises
exit
!
"""

# by hand on stock FRR: Azure's AS numbers are removed, so that Azure takes the routes
BY_HAND = """ no bgp ebgp-requires-policy
 address-family ipv4 unicast
  neighbor 10.1.0.4 route-map AZURE out
  neighbor 10.1.0.5 route-map AZURE out
 exit-address-family
exit
!
route-map AZURE permit 10
 set as-path exclude 65515 12076
exit
!
"""
STOCK_A = HEAD_A + NEIGHBORS + " neighbor 192.0.2.2 remote-as 64514\n" + BY_HAND
STOCK_B = (HEAD_B + azure.renumber(NEIGHBORS, 2, AS_B) + " neighbor 192.0.2.1 remote-as 64512\n"
           + azure.renumber(BY_HAND, 2))


# what fails without a link that goes down is noticed
BFD = """bfd
 profile fast
  transmit-interval 150
  receive-interval 150
 exit
exit
!
"""


def over(config, interface, far):
    """One of the configurations above, for a tunnel of that interface, with BFD."""
    config = config.replace("vxlan0", interface)
    return config.replace("router bgp", BFD + "router bgp", 1).replace(
        f" avs overlay neighbor {far}", f" neighbor {far} bfd profile fast\n avs overlay neighbor {far}", 1)


class Dual:
    """
    Both virtual networks, and the tunnel between the NVAs: "vxlan" or "ipsec"; more: for Route Server.
    """

    def __init__(self, lab, module=True, tunnel="vxlan", pair=False, **more):
        self.a = azure.VirtualNetwork(lab, module=module, pair=pair)
        self.b = azure.VirtualNetwork(lab, module=module, number=2, asn=AS_B, pair=pair)
        link(self.a.fabric, "peering", "10.255.0.1/30", self.b.fabric, "peering", "10.255.0.2/30")
        self.a.fabric.route("10.2.0.0/16", "10.255.0.2")
        self.b.fabric.route("10.1.0.0/16", "10.255.0.1")
        self.a.start_gateway(("avs",), **more)
        self.b.start_gateway(("onprem",), **more)
        self.nodes = {**self.a.nodes, **self.b.nodes}
        self.birds = {"avs": self.a.birds["avs"], "ce": self.b.birds["ce"]}
        self._connect(tunnel)

    def _connect(self, tunnel):
        if tunnel == "vxlan":
            self._vxlan(self.a, TUNNEL_A, NVA_A, NVA_B)
            self._vxlan(self.b, TUNNEL_B, NVA_B, NVA_A)
        else:
            # before FRR writes it down: charon finds the other end
            self.a.nva.route("10.2.1.0/24", "10.1.1.1")
            self.b.nva.route("10.1.1.0/24", "10.2.1.1")
            self.ends = ipsec.tunnel((self.a.nva, NVA_A, NVA_B, f"{TUNNEL_A}/30"),
                                     (self.b.nva, NVA_B, NVA_A, f"{TUNNEL_B}/30"))

    @staticmethod
    def _vxlan(network, address, local, remote):
        network.nva.run(
            f"ip link add vxlan0 type vxlan id 65 dstport 4789 local {local} remote {remote} dev eth0; "
            f"ip link set vxlan0 mtu 1450 up; ip addr add {address}/30 dev vxlan0"
        )

    def start(self, a=DESIGN_3_A, b=DESIGN_3_B, daemons=("zebra", "staticd", "bgpd")):
        """Start both NVAs and wait for all sessions."""
        self.a.nva.start(a, daemons=daemons)
        self.b.nva.start(b, daemons=daemons)
        for network, far in ((self.a, TUNNEL_B), (self.b, TUNNEL_A)):
            wait_for("Route Server's sessions", network.established, 40)
            wait_for(f"session with {far}", lambda n=network, f=far: n.nva.established(f), 40)

    def global_reach(self):
        """Connect the circuits: each has what comes to the other one, from either of its sides."""
        one, other = self.nodes["msee-avs"], self.nodes["msee-onp"]
        link(one, "reach", f"{REACH[0]}/30", other, "reach", f"{REACH[1]}/30")
        for network, circuit, own, far in ((self.a, "avs", *REACH), (self.b, "onprem", *reversed(REACH))):
            network.connect_circuit(circuit, own, far)

    def parties(self):
        """What AVS and on-premises have of the other side: prefix -> AS path."""
        return {p: self.birds[p].routes("msee") for p in ("avs", "ce")}

    def way(self, source, destination):
        """Names of who forwards a packet between "avs" and "ce", the receiver last."""
        addresses = {"avs": azure.AVS_HOST, "ce": azure.ONPREM_HOST}
        hops = self.nodes[source].trace(addresses[destination], addresses[source])
        return [HOPS.get(hop, hop) for hop in hops]

    def table_versions(self):
        """How often best paths changed, on each NVA."""
        return [n.nva.show_json("show bgp ipv4 unicast summary json")["tableVersion"]
                for n in (self.a, self.b)]
