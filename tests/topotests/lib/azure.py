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
   198.51.100.1            10.20.0.0/22  10.100.0.0/16 ...

nva-b, of the same AS, is there when a pair is asked for.

The fabric is what Azure's network is to a machine: the first address of every
subnet, and effective routes that Route Server programs.  MSEEs remove private
AS numbers toward on-premises and AVS, so that these see 12076 and nothing
else, and drop what has 12076 in its path.  A recorder can stand in the place
of both instances; then there is nothing behind them.

User-defined routes of GatewaySubnet are routes of one table that the gateway
looks into for what comes from a circuit.  That table has the learned routes as
well: the longest prefix decides, and a user-defined route only wins from a
learned one of the same length, as in Azure.
"""
import re

from . import engines
from .frr import release_text
from .node import link
from .wait import wait_for

AS_AZURE, AS_MSEE, AS_AVS, AS_CE, AS_NVA = 65515, 12076, 398656, 64620, 64512
NVA, NVA_B, RS1, RS2, GATEWAY = "10.1.1.4", "10.1.1.5", "10.1.0.4", "10.1.0.5", "10.1.2.4"
VNET = "10.1.0.0/16"
RS_SUBNET = "10.1.0.0/27"
AVS_PREFIXES = ("10.20.0.0/22", "10.20.8.0/24", "10.20.9.0/26")
ONPREM_PREFIXES = ("10.100.0.0/16", "172.20.0.0/16")

RFC1918 = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
AVS_HOST, ONPREM_HOST, INTERNET_HOST = "10.20.0.10", "10.100.0.10", "198.51.100.1"
UDR_TABLE = 100

# who answers from which address when a packet's time to live ends
HOPS = {
    "10.254.0.2": "MSEE", "10.254.0.6": "MSEE", "10.254.1.1": "MSEE", "10.254.2.1": "MSEE",
    "10.254.0.1": "gateway", "10.254.0.5": "gateway", GATEWAY: "gateway",
    "10.1.1.1": "VNet", "10.1.2.1": "VNet", NVA: "NVA",
    AVS_HOST: "AVS", ONPREM_HOST: "on-premises", INTERNET_HOST: "internet",
}

BIRD_HEAD = """log "/run/bird/bird.log" all;
router id {router_id};
protocol device {{ scan time 10; }}
"""
BIRD_KERNEL = """protocol kernel {{ ipv4 {{ import none; export filter {{
  if source != RTS_BGP then reject;
  if dest = RTD_UNREACHABLE || dest = RTD_BLACKHOLE then reject;
  accept; }}; }}; merge paths on; }}
"""
# Route Server's sessions with the NVAs
SESSIONS = ("nva", "nva_b")
# timers that suit a test; the hold time is Azure's
BIRD_TIMERS = "connect retry time 1; connect delay time 1; error wait time 1, 5;"


def renumber(text, number, asn=AS_NVA):
    """What is written for the first virtual network, for another one: 10.NUMBER, and an NVA of its own AS."""
    text = re.sub(r"\b10\.1\.", f"10.{number}.", text)
    return re.sub(rf"\b{AS_NVA}\b(?!\.\.)", str(asn), text)


class Bird:
    """BIRD on a node."""

    def __init__(self, node, config):
        self.node = node
        (node.dir / "bird" / "bird.conf").write_text(config)
        # in the foreground: it ends with the node
        self._child = node.spawn("exec bird -f -c /run/bird/bird.conf -s /run/bird/bird.ctl", "bird.out")
        wait_for(f"BIRD answers on {node.name}", lambda: "BIRD" in self.ask("show status"), 10, 0.05)

    def stop(self):
        """It dies."""
        self._child.kill()
        self._child.wait()

    def ask(self, command):
        """Answer of birdc."""
        return self.node.out(["birdc", "-r", "-s", "/run/bird/bird.ctl", command], check=False)

    def tell(self, command):
        """Answer of a birdc command that changes something."""
        return self.node.out(["birdc", "-s", "/run/bird/bird.ctl", command], check=False)

    def routes(self, protocol=None, table="master4", more=""):
        """Prefix -> AS path (list) of the routes learned by BGP."""
        where = f"where proto = \"{protocol}\"" if protocol else "where source = RTS_BGP"
        text = self.ask(f"show route table {table} {where} {more} all")
        found, prefix = {}, None
        for line in text.splitlines():
            words = line.split()
            if not words:
                continue
            if "/" in words[0] and not line.startswith((" ", "\t")):
                prefix = words[0]
                found.setdefault(prefix, [])
            elif words[0] == "BGP.as_path:" and prefix:
                found[prefix] = [int(w) for w in words[1:] if w.isdigit()]
        return found

    def filtered(self, protocol):
        """The same of the routes that the import filter refused."""
        return self.routes(protocol, more="filtered")

    def next_hops(self, protocol):
        """Prefix -> BGP next hop of the routes of one protocol."""
        found, prefix = {}, None
        for line in self.ask(f'show route where proto = "{protocol}" all').splitlines():
            words = line.split()
            if words and "/" in words[0] and not line.startswith((" ", "\t")):
                prefix = words[0]
            elif words and words[0] == "BGP.next_hop:":
                found[prefix] = words[1]
        return found

    def state(self, protocol):
        """State of a protocol, for example Established."""
        for line in self.ask(f"show protocols {protocol}").splitlines():
            words = line.split()
            if words and words[0] == protocol:
                return words[-1]
        return ""

    def reconfigure(self, config):
        """A new configuration without a restart."""
        (self.node.dir / "bird" / "bird.conf").write_text(config)
        return self.tell("configure")


def route_server(address, limit=4000, gateway=True, nvas=(NVA,)):
    """Azure Route Server as we know it: keeps next hops, loop check is BIRD's own."""
    text = BIRD_HEAD.format(router_id=address)
    text += f"protocol static vnet {{ ipv4; route {VNET} via 10.1.0.1; }}\n"
    text += "protocol static subnets { ipv4; route 10.1.1.0/24 via 10.1.0.1; }\n"
    for name, nva in zip(SESSIONS, nvas):
        text += f"""protocol bgp {name} {{
  local {address} as {AS_AZURE}; neighbor {nva} as {AS_NVA}; multihop 8;
  hold time 180; keepalive time 60; {BIRD_TIMERS}
  ipv4 {{
    import all; import limit {limit} action restart; import keep filtered; next hop self;
    export filter {{ if proto = "vnet" || (source = RTS_BGP && proto != "{name}") then accept; reject; }};
  }};
}}
"""
    if gateway:
        text += f"""protocol bgp ergw {{
  local {address} as {AS_AZURE}; neighbor {GATEWAY} as {AS_AZURE}; multihop; {BIRD_TIMERS}
  ipv4 {{ import all; next hop keep; export filter {{ if proto ~ "nva*" then accept; reject; }}; }};
}}
"""
    text += f"""protocol bgp fabric {{
  local {address} as {AS_AZURE}; neighbor 10.1.0.1 as {AS_AZURE}; multihop; rr client; {BIRD_TIMERS}
  ipv4 {{ import none; next hop keep; export filter {{ if source = RTS_BGP then accept; reject; }}; }};
}}
"""
    return text


def fabric():
    """What Route Server programs into the virtual network."""
    text = BIRD_HEAD.format(router_id="10.1.0.1") + BIRD_KERNEL.format()
    text += "protocol direct { ipv4; }\n"
    for name, address in (("rs1", RS1), ("rs2", RS2)):
        text += f"""protocol bgp {name} {{
  local 10.1.0.1 as {AS_AZURE}; neighbor {address} as {AS_AZURE}; passive; multihop;
  ipv4 {{ import all; export none; gateway recursive; }};
}}
"""
    return text


# gateway and its Microsoft edge, that edge and who is behind it
CIRCUITS = {"avs": ("10.254.0.1", "10.254.0.2"), "onprem": ("10.254.0.5", "10.254.0.6")}
BEHIND = {
    "avs": ("msee-avs", "10.254.1.1", "avs", "10.254.1.2", AS_AVS),
    "onprem": ("msee-onp", "10.254.2.1", "ce", "10.254.2.2", AS_CE),
}


def gateway(circuits=tuple(CIRCUITS)):
    """The ExpressRoute gateway: its circuits, both Route Server instances."""
    text = BIRD_HEAD.format(router_id=GATEWAY) + BIRD_KERNEL.format()
    # what comes from a circuit meets the routes of GatewaySubnet
    text += "ipv4 table circuits;\n"
    text += "protocol pipe { table master4; peer table circuits; import none; export all; }\n"
    kernel = BIRD_KERNEL.format().replace("ipv4 {", "ipv4 { table circuits;", 1)
    text += kernel.replace("kernel {", f"kernel circuits_kernel {{ kernel table {UDR_TABLE};", 1)
    text += "protocol direct { ipv4; }\n"
    text += f"protocol static vnet {{ ipv4; route {VNET} via 10.1.2.1; }}\n"
    for name, address in (("rs1", RS1), ("rs2", RS2)):
        text += f"""protocol bgp {name} {{
  local {GATEWAY} as {AS_AZURE}; neighbor {address} as {AS_AZURE}; multihop; {BIRD_TIMERS}
  ipv4 {{ import all; gateway recursive; next hop self;
    export filter {{ if source = RTS_BGP && (proto = "avs" || proto = "onprem") then accept; reject; }}; }};
}}
"""
    for name in circuits:
        local, remote = CIRCUITS[name]
        text += f"""protocol bgp {name} {{
  local {local} as {AS_AZURE}; neighbor {remote} as {AS_MSEE}; {BIRD_TIMERS}
  ipv4 {{ import all; next hop self;
    export filter {{ if proto = "vnet" || source = RTS_BGP then accept; reject; }}; }};
}}
"""
    return text


def msee_config(circuit, reach=None):
    """
    A Microsoft edge: transit between the gateway and the circuit's customer side.

    reach: (own, other) address of Global Reach, to the edge of another circuit
    """
    gateway_address, address = CIRCUITS[circuit]
    _, edge_local, _, edge_remote, edge_as = BEHIND[circuit]
    text = BIRD_HEAD.format(router_id=address) + BIRD_KERNEL.format()
    text += "protocol direct { ipv4; }\n"
    text += f"""protocol bgp ergw {{
  local {address} as {AS_MSEE}; neighbor {gateway_address} as {AS_AZURE}; {BIRD_TIMERS}
  ipv4 {{ import all; next hop self; import keep filtered;
    export filter {{ if source = RTS_BGP then accept; reject; }}; }};
}}
protocol bgp customer {{
  local {edge_local} as {AS_MSEE}; neighbor {edge_remote} as {edge_as}; {BIRD_TIMERS}
  ipv4 {{ import all; next hop self;
    export filter {{
      if source != RTS_BGP then reject;
      bgp_path.delete([64512..65534, 4200000000..4294967294]);
      accept; }}; }};
}}
"""
    if reach:
        text += f"""protocol bgp reach {{
  local {reach[0]} as {AS_MSEE}; neighbor {reach[1]} as {AS_MSEE}; {BIRD_TIMERS}
  ipv4 {{ import all; next hop self; export filter {{ if source = RTS_BGP then accept; reject; }}; }};
}}
"""
    return text


def edge(address, remote, asn, prefixes, refuse=()):
    """The customer side of a circuit: AVS, or the customer's own router, with its filter."""
    accept = "all"
    if refuse:
        accept = f"filter {{ if net ~ [{', '.join(refuse)}] then reject; accept; }}"
    text = BIRD_HEAD.format(router_id=address) + BIRD_KERNEL.format()
    routes = " ".join(f"route {p} blackhole;" for p in prefixes)
    text += f"protocol direct {{ ipv4; }}\nprotocol static own {{ ipv4; {routes} }}\n"
    text += f"""protocol bgp msee {{
  local {address} as {asn}; neighbor {remote} as {AS_MSEE}; {BIRD_TIMERS}
  ipv4 {{ import {accept}; import keep filtered; next hop self;
    export filter {{ if proto = "own" then accept; reject; }}; }};
}}
"""
    return text


def customer_edge(prefixes=ONPREM_PREFIXES, refuse=()):
    """The configuration of `ce`."""
    _, near, _, far, asn = BEHIND["onprem"]
    return edge(far, near, asn, prefixes, refuse)


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
        """A recorder in the place of both Route Server instances."""
        sessions = [
            dict(name="R1", address=self.here(RS1), peer=self.here(NVA), **{"as": AS_AZURE}, **more),
            dict(name="R2", address=self.here(RS2), peer=self.here(NVA), **{"as": AS_AZURE}, **more),
        ]
        return self.lab.speaker(self.rs[0], sessions)

    def start_route_servers(self, limit=4000, with_gateway=False, second="bird"):
        """Both instances: BIRD, and BIRD or another engine as the second."""
        self._route_servers = {"limit": limit, "gateway": with_gateway, "nvas": (NVA, NVA_B)[: len(self.nvas)]}
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
            edge(far, near, asn, AVS_PREFIXES) if circuit == "avs" else customer_edge(),
        )

    def connect_circuit(self, circuit, own, other):
        """Global Reach from a circuit, between these addresses of Microsoft's edges."""
        self.birds[BEHIND[circuit][0]].reconfigure(msee_config(circuit, (own, other)))

    def start_gateway(self, circuits=tuple(CIRCUITS), second="bird"):
        """Gateway, its circuits, and who is behind them."""
        nodes = {"gateway": self._node("gateway")}
        link(self.fabric, "gw0", self.here("10.1.2.1/24"), nodes["gateway"], "eth0", self.here(f"{GATEWAY}/24"))
        nodes["gateway"].route(self.here(VNET), self.here("10.1.2.1"))
        # and where the gateway sends to the NVA, the network carries it there
        self.fabric.run(f"ip rule add iif gw0 lookup {UDR_TABLE}")
        self.birds["fabric"] = self._bird(self.fabric, fabric())
        self.start_route_servers(with_gateway=True, second=second)
        for circuit in circuits:
            self._start_circuit(nodes, circuit)
        self.birds["gateway"] = self._bird(nodes["gateway"], gateway(circuits))
        self.nodes = nodes
        return nodes

    def start_azure(self, second="bird"):
        """Gateway, both circuits, AVS and on-premises behind them, the internet."""
        nodes = self.start_gateway(second=second)
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
