# SPDX-License-Identifier: GPL-2.0-or-later
"""
What Azure's machines are told, in BIRD's language.

    Route Server   two instances: sessions with the NVAs, the gateway, the fabric
    fabric         what Route Server programs into the virtual network
    gateway        of ExpressRoute, with its circuits
    Microsoft edge one for each circuit, the other side of which is AVS or the customer's edge

As far as it was ever seen, this is how Azure behaves:

    Route Server's OPEN   IPv4 and IPv6 unicast, route refresh, AS numbers of four octets, nothing
                          else; so there is no End-of-RIB.  (BIRD 2.0 offers enhanced refresh
                          with refresh and cannot be told not to; FRR makes nothing of it.)
    preference            what Route Server takes when gateway and NVA both have a prefix: from
                          ExpressRoute (the default), from the other (VPN), or by AS path
    communities           toward an NVA: what a gateway gave 65517:65517, a peered virtual network
                          65518:65518, its own virtual network none; a VPN branch `65515 65000`
    gateway               a circuit wins from Route Server whatever the AS paths are (its weights
                          are 32769 and 32768): an NVA wins by a longer prefix only.  What comes from a circuit
                          with 65517:65517 is dropped.
    Microsoft edge        toward the gateway `as-override`; toward the customer `remove-private-AS`,
                          own AS accepted twice, BFD, 4000 prefixes; communities pass; Global Reach
                          adds two 12076
"""
from .wait import wait_for

AS_AZURE, AS_MSEE, AS_AVS, AS_CE, AS_NVA, AS_BRANCH = 65515, 12076, 398656, 64620, 64512, 65000
NVA, NVA_B, RS1, RS2, GATEWAY = "10.1.1.4", "10.1.1.5", "10.1.0.4", "10.1.0.5", "10.1.2.4"
VNET = "10.1.0.0/16"
# the management network of a private cloud, a /22, comes in six parts; segments as they are
AVS_BLOCK = ("10.20.0.0/26", "10.20.0.64/26", "10.20.1.0/25", "10.20.1.128/25", "10.20.2.0/25", "10.20.3.0/26")
AVS_PREFIXES = (*AVS_BLOCK, "10.20.8.0/24", "10.20.9.0/26")
ONPREM_PREFIXES = ("10.100.0.0/16", "172.20.0.0/16")
UDR_TABLE = 100
# what Route Server prefers when several have a prefix
EXPRESSROUTE, VPN, AS_PATH = "expressroute", "vpn", "as-path"

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
WITHOUT_RESTART = "graceful restart off; long lived graceful restart off;"
# preference of what is from the gateway, and from an NVA; BIRD looks at it before the path
PREFERENCES = {EXPRESSROUTE: (120, 100), VPN: (100, 120), AS_PATH: (100, 100)}


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

    def best(self, prefix):
        """Name of the protocol that gave the best route of a prefix."""
        for line in self.ask(f"show route {prefix} primary").splitlines():
            words = line.split()
            if words and words[0] == prefix:
                return line[line.index("[") + 1 :].split()[0]
        return ""

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


def route_server(address, limit=4000, gateway=True, nvas=(NVA,), preference=EXPRESSROUTE, spokes=(), branches=(),
                 restart=False):
    """
    An instance of Azure Route Server: keeps next hops, loop check is BIRD's own.

    spokes, branches: prefixes of peered virtual networks, and behind a VPN gateway
    restart: it knows graceful restart, as Azure's does not
    """
    circuit, nva_first = PREFERENCES[preference]
    more = "" if restart else WITHOUT_RESTART
    text = BIRD_HEAD.format(router_id=address)
    text += f"protocol static vnet {{ ipv4; route {VNET} via 10.1.0.1; }}\n"
    text += "protocol static subnets { ipv4; route 10.1.1.0/24 via 10.1.0.1; }\n"
    for name, prefixes, path in (("spokes", spokes, ""), ("branches", branches, f"bgp_path.prepend({AS_BRANCH});")):
        routes = " ".join(f"route {p} via 10.1.0.1 {{ {path} }};" for p in prefixes)
        text += f"protocol static {name} {{ ipv4; {routes} }}\n"
    text += """function to_an_nva() {
  if proto = "ergw" || proto = "branches" then bgp_community.add((65517,65517));
  if proto = "spokes" then bgp_community.add((65518,65518));
  if source = RTS_STATIC then bgp_origin = ORIGIN_IGP;
  return proto = "vnet" || proto = "spokes" || proto = "branches" || source = RTS_BGP;
}
"""
    for name, nva in zip(SESSIONS, nvas):
        text += f"""protocol bgp {name} {{
  local {address} as {AS_AZURE}; neighbor {nva} as {AS_NVA}; multihop 8;
  hold time 180; keepalive time 60; {BIRD_TIMERS} {more}
  ipv4 {{
    import filter {{ preference = {nva_first}; accept; }};
    import limit {limit} action restart; import keep filtered; next hop self;
    export filter {{ if proto != "{name}" && to_an_nva() then accept; reject; }};
  }};
  ipv6 {{ import none; export none; next hop address fd00::1; }};
}}
"""
    if gateway:
        text += f"""protocol bgp ergw {{
  local {address} as {AS_AZURE}; neighbor {GATEWAY} as {AS_AZURE}; multihop; {BIRD_TIMERS}
  ipv4 {{
    import filter {{ preference = {circuit}; accept; }}; next hop keep;
    export filter {{ if proto ~ "nva*" then accept; reject; }};
  }};
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
  ipv4 {{ import filter {{ preference = 100; accept; }}; gateway recursive; next hop self;
    export filter {{ if source = RTS_BGP && (proto = "avs" || proto = "onprem") then accept; reject; }}; }};
}}
"""
    for name in circuits:
        local, remote = CIRCUITS[name]
        text += f"""protocol bgp {name} {{
  local {local} as {AS_AZURE}; neighbor {remote} as {AS_MSEE}; {BIRD_TIMERS}
  ipv4 {{ next hop self; import keep filtered;
    import filter {{ if (65517,65517) ~ bgp_community then reject; preference = 120; accept; }};
    export filter {{
      if proto = "vnet" then {{ bgp_origin = ORIGIN_IGP; accept; }}
      if source = RTS_BGP then accept;
      reject; }}; }};
}}
"""
    return text


MSEE_FILTERS = """filter to_gateway
bgppath turned;
bgppath changed;
{{
  if source != RTS_BGP then reject;
  # as-override: its own AS number stands where the gateway's does
  turned = +empty+;
  for int n in bgp_path do {{ if n = {azure} then turned = prepend(turned, {msee}); else turned = prepend(turned, n); }}
  changed = +empty+;
  for int n in turned do changed = prepend(changed, n);
  bgp_path = changed;
  accept;
}}
filter to_customer
{{
  if source != RTS_BGP then reject;
  bgp_path.delete([64512..65534, 4200000000..4294967294]);
  accept;
}}
filter to_global_reach
{{
  if source != RTS_BGP then reject;
  bgp_path.prepend({msee});
  bgp_path.prepend({msee});
  bgp_community.add(({msee},12077));
  accept;
}}
"""


def msee_config(circuit, reach=None):
    """
    A Microsoft edge: transit between the gateway and the circuit's customer side.

    reach: (own, other) address of Global Reach, to the edge of another circuit
    """
    gateway_address, address = CIRCUITS[circuit]
    _, edge_local, _, edge_remote, edge_as = BEHIND[circuit]
    text = BIRD_HEAD.format(router_id=address) + BIRD_KERNEL.format()
    text += MSEE_FILTERS.format(azure=AS_AZURE, msee=AS_MSEE)
    text += "protocol direct { ipv4; }\nprotocol bfd { }\n"
    text += f"""protocol bgp ergw {{
  local {address} as {AS_MSEE}; neighbor {gateway_address} as {AS_AZURE}; {BIRD_TIMERS}
  ipv4 {{ import all; next hop self; import keep filtered; export filter to_gateway; }};
}}
protocol bgp customer {{
  local {edge_local} as {AS_MSEE}; neighbor {edge_remote} as {edge_as}; {BIRD_TIMERS}
  allow local as 2; bfd on;
  ipv4 {{ import all; receive limit 4000 action restart; next hop self; export filter to_customer; }};
}}
"""
    if reach:
        text += f"""protocol bgp reach {{
  local {reach[0]} as {AS_MSEE}; neighbor {reach[1]} as {AS_MSEE}; {BIRD_TIMERS}
  allow local as 2;
  ipv4 {{ import all; next hop self; export filter to_global_reach; }};
}}
"""
    return text


def edge(address, remote, asn, prefixes, refuse=(), origin="IGP"):
    """The customer side of a circuit: AVS, or the customer's own router, with its filter."""
    accept = "all"
    if refuse:
        accept = f"filter {{ if net ~ [{', '.join(refuse)}] then reject; accept; }}"
    text = BIRD_HEAD.format(router_id=address) + BIRD_KERNEL.format()
    routes = " ".join(f"route {p} blackhole;" for p in prefixes)
    text += f"protocol direct {{ ipv4; }}\nprotocol bfd {{ }}\nprotocol static own {{ ipv4; {routes} }}\n"
    text += f"""protocol bgp msee {{
  local {address} as {asn}; neighbor {remote} as {AS_MSEE}; {BIRD_TIMERS} bfd on;
  ipv4 {{ import {accept}; import keep filtered; next hop self;
    export filter {{ if proto = "own" then {{ bgp_origin = ORIGIN_{origin}; accept; }} reject; }}; }};
}}
"""
    return text


def private_cloud(prefixes=AVS_PREFIXES):
    """The configuration of `avs`."""
    _, near, _, far, asn = BEHIND["avs"]
    return edge(far, near, asn, prefixes, origin="INCOMPLETE")


def customer_edge(prefixes=ONPREM_PREFIXES, refuse=()):
    """The configuration of `ce`."""
    _, near, _, far, asn = BEHIND["onprem"]
    return edge(far, near, asn, prefixes, refuse)
