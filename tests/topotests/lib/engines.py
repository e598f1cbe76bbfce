# SPDX-License-Identifier: GPL-2.0-or-later
"""
Other engines in the place of the second Route Server instance.

    rs1  BIRD  ----.
                    >---- NVA (eBGP), gateway (iBGP), fabric (iBGP, its client)
    rs2  GoBGP ----'
         or OpenBGPD

What BIRD is told in microsoft.route_server() is told here in two more languages,
so that a result does not depend on how one implementation reads the RFCs: the
NVA gets the virtual network and the gateway's routes with Route Server as next
hop; the gateway gets what the NVA announces and the fabric gets everything,
with next hops kept.  Both drop what has 65515 in its path on their own, and prefer what
the gateway has, whatever the path, and mark it 65517:65517.  OpenBGPD has
Route Server's OPEN; GoBGP always says more: its host name and extended next hops.

An engine answers the same questions as microsoft.Bird.  Daemons run in the
foreground and end with their node.  Note that /usr/sbin/bgpd is OpenBGPD's;
FRR's is in /usr/lib/frr.
"""
import json

from .wait import wait_for

GOBGP = """[global.config]
  as = {as}
  router-id = "{address}"
  local-address-list = ["{address}"]
[global.apply-policy.config]
  import-policy-list = ["in"]
  default-import-policy = "accept-route"
  export-policy-list = ["out"]
  default-export-policy = "accept-route"

[[defined-sets.prefix-sets]]
  prefix-set-name = "vnet"
  [[defined-sets.prefix-sets.prefix-list]]
    ip-prefix = "{vnet}"
[[defined-sets.neighbor-sets]]
  neighbor-set-name = "azure"
  neighbor-info-list = ["{gateway}/32", "{fabric}/32"]
[[defined-sets.neighbor-sets]]
  neighbor-set-name = "gateway"
  neighbor-info-list = ["{gateway}/32"]
[[policy-definitions]]
  name = "in"
  [[policy-definitions.statements]]
    name = "from-the-gateway"
    [policy-definitions.statements.conditions.match-neighbor-set]
      neighbor-set = "gateway"
    [policy-definitions.statements.actions.bgp-actions]
      set-local-pref = 120
    [policy-definitions.statements.actions.bgp-actions.set-community]
      options = "add"
      [policy-definitions.statements.actions.bgp-actions.set-community.set-community-method]
        communities-list = ["65517:65517"]
    [policy-definitions.statements.actions]
      route-disposition = "accept-route"
[[policy-definitions]]
  name = "out"
  [[policy-definitions.statements]]
    name = "vnet-only-to-the-nva"
    [policy-definitions.statements.conditions.match-prefix-set]
      prefix-set = "vnet"
    [policy-definitions.statements.conditions.match-neighbor-set]
      neighbor-set = "azure"
    [policy-definitions.statements.actions]
      route-disposition = "reject-route"
"""
GOBGP_NEIGHBOR = """
[[neighbors]]
  [neighbors.config]
    neighbor-address = "{peer}"
    peer-as = {asn}
  [neighbors.transport.config]
    local-address = "{address}"
  [neighbors.timers.config]
    connect-retry = 1
    idle-hold-time-after-reset = 1
    hold-time = 180
    keepalive-interval = 60
  {more}
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "ipv4-unicast"
"""
GOBGP_MULTIHOP = """[neighbors.ebgp-multihop.config]
    enabled = true
    multihop-ttl = 8"""
GOBGP_CLIENT = """[neighbors.route-reflector.config]
    route-reflector-client = true
    route-reflector-cluster-id = "{address}\""""

OPENBGPD = """AS {as}
router-id {address}
listen on {address}
fib-update no
socket "/run/bird/openbgpd.sock"
network {vnet} set nexthop {address}
neighbor {nva} {{
	remote-as {nva_as}
	multihop 8
	local-address {address}
	holdtime 180
	announce IPv4 unicast
	announce IPv6 unicast
	announce restart no
}}
neighbor {gateway} {{
	remote-as {as}
	local-address {address}
}}
neighbor {fabric} {{
	remote-as {as}
	local-address {address}
	route-reflector
}}
allow from any
deny quick from {fabric}
deny quick to ibgp prefix {vnet}
allow to any
match from {gateway} set {{ weight 20 community 65517:65517 }}
match to {nva} set nexthop self
match to ibgp set nexthop no-modify
"""


class Engine:
    """What the tests ask; `nva` and so on are names of sessions, as with BIRD."""

    def __init__(self, node, network):
        self.node = node
        self.peers = {"nva": network["nva"], "ergw": network["gateway"], "fabric": network["fabric"]}

    def _write(self, name, text):
        path = self.node.dir / "bird" / name
        path.write_text(text)
        path.chmod(0o600)  # OpenBGPD insists
        return f"/run/bird/{name}"

    def _json(self, command):
        """Value of a command's output; None while the daemon does not answer."""
        result = self.node.run(command, check=False)
        try:
            return json.loads(result.stdout) if result.returncode == 0 else None
        except ValueError:
            return None

    def _paths(self, protocol):
        """Yields (prefix, AS path, next hop) of the usable routes of a session."""
        raise NotImplementedError

    def routes(self, protocol):
        """Prefix -> AS path (list)."""
        return {prefix: path for prefix, path, _ in self._paths(protocol)}

    def next_hops(self, protocol):
        """Prefix -> BGP next hop."""
        return {prefix: hop for prefix, _, hop in self._paths(protocol)}


class GoBgp(Engine):
    """gobgpd, asked by gobgp."""

    def __init__(self, node, network):
        super().__init__(node, network)
        text = GOBGP.format(**network)
        for peer, asn, more in (
            (network["nva"], network["nva_as"], GOBGP_MULTIHOP),
            (network["gateway"], network["as"], ""),
            (network["fabric"], network["as"], GOBGP_CLIENT.format(**network)),
        ):
            text += GOBGP_NEIGHBOR.format(peer=peer, asn=asn, more=more, address=network["address"])
        path = self._write("gobgpd.toml", text)
        node.spawn(["gobgpd", "-f", path, "--api-hosts", "127.0.0.1:50051"], "gobgpd.log")
        wait_for("GoBGP answers", lambda: self._json("gobgp -j neighbor"), 15)
        node.run(f"gobgp global rib add {network['vnet']}")

    def state(self, protocol):
        """State of a session, for example Established."""
        for peer in self._json("gobgp -j neighbor") or ():
            if peer["conf"]["neighbor_address"] == self.peers[protocol]:
                state = peer["state"].get("session_state")
                return "Established" if state in (6, "ESTABLISHED") else str(state)
        return ""

    def _paths(self, protocol):
        for prefix, paths in (self._json("gobgp -j global rib") or {}).items():
            for path in paths:
                # the name of the key is another one in GoBGP 4
                if self.peers[protocol] not in path.values():
                    continue
                attributes = {a["type"]: a for a in path["attrs"]}
                numbers = [n for s in attributes[2]["as_paths"] or () for n in s["asns"]]
                yield prefix, numbers, attributes[3]["nexthop"]


class OpenBgpd(Engine):
    """OpenBGPD, asked by bgpctl."""

    def __init__(self, node, network):
        super().__init__(node, network)
        path = self._write("openbgpd.conf", OPENBGPD.format(**network))
        node.run("mkdir -p /run/openbgpd")  # where it locks itself in
        node.spawn(["/usr/sbin/bgpd", "-d", "-f", path], "openbgpd.log")
        wait_for("OpenBGPD answers", lambda: self._ask("show neighbor"), 15)

    def _ask(self, what):
        return self._json(f"bgpctl -s /run/bird/openbgpd.sock -j {what}")

    def state(self, protocol):
        """State of a session, for example Established."""
        for peer in (self._ask("show neighbor") or {}).get("neighbors", ()):
            if peer["remote_addr"] == self.peers[protocol]:
                return peer["state"]
        return ""

    def _paths(self, protocol):
        for entry in (self._ask("show rib") or {}).get("rib", ()):
            # an invalid one, by its path or its next hop, is kept but not used
            if entry["neighbor"]["remote_addr"] == self.peers[protocol] and entry["valid"]:
                numbers = [int(n) for n in entry["aspath"].split()]
                yield entry["prefix"], numbers, entry["exit_nexthop"]


ENGINES = {"gobgp": GoBgp, "openbgpd": OpenBgpd}
