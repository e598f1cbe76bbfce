# SPDX-License-Identifier: GPL-2.0-or-later
"""
An IPsec tunnel between two machines: strongSwan, IKEv2, ESP in UDP.

charon encrypts by itself, through a TUN interface: a kernel without XFRM does as well.  The
traffic selectors are 0.0.0.0/0, and charon's own routes are for packets with a mark that nobody
sets: ipsec0 is an interface like any other, and routing decides what enters the tunnel.

    ipsec0 192.0.2.1/30 ---- charon ==== ESP in UDP 4500 ==== charon ---- ipsec0 192.0.2.2/30

The interface stays up while there is no security association; packets vanish then.
"""
import re
import shutil

from .wait import wait_for

INTERFACE = "ipsec0"
CHILD = "all"

STRONGSWAN = """charon-systemd {{
  load = random nonce aes sha1 sha2 hmac kdf openssl kernel-libipsec kernel-netlink socket-default vici
  install_virtual_ip = no
  plugins {{
    vici {{ socket = unix://{dir}/vici }}
    kernel-libipsec {{ allow_peer_ts = yes }}
    kernel-netlink {{ fwmark = 0x41 }}
  }}
  filelog {{ log {{ path = {log}/charon.log
    flush_line = yes
    default = 1 }} }}
}}
swanctl {{ load = openssl random }}
"""
SWANCTL = """connections {{ tunnel {{
  local_addrs = {local}
  remote_addrs = {remote}
  version = 2
  encap = yes
  proposals = aes256-sha256-modp2048
  local {{ auth = psk
    id = {local} }}
  remote {{ auth = psk
    id = {remote} }}
  children {{ {child} {{
    local_ts = 0.0.0.0/0
    remote_ts = 0.0.0.0/0
    esp_proposals = aes256-sha256 }} }}
}} }}
secrets {{ ike-1 {{ secret = "{secret}" }} }}
"""


class End:
    """One end of the tunnel."""

    def __init__(self, node, local, remote, address):
        self.node = node
        self.dir = node.dir / "ipsec"
        self.dir.mkdir()
        (self.dir / "strongswan.conf").write_text(STRONGSWAN.format(dir=self.dir, log=node.dir / "log"))
        (self.dir / "swanctl.conf").write_text(SWANCTL.format(
            local=local, remote=remote, child=CHILD, secret=" ".join(sorted((local, remote)))))
        self._environment = {"STRONGSWAN_CONF": f"{self.dir}/strongswan.conf"}
        # copies: the profiles that AppArmor has for the originals know no other directories
        for program in ("charon-systemd", "swanctl"):
            shutil.copy(f"/usr/sbin/{program}", self.dir / program)
        self._charon = node.spawn([self.dir / "charon-systemd"], "charon.out", env=self._environment)
        wait_for(f"charon answers on {node.name}", lambda: (self.dir / "vici").exists(), 10)
        self._swanctl("--load-all", "--file", self.dir / "swanctl.conf")
        wait_for(f"{INTERFACE} on {node.name}", self._exists, 10)
        node.run(f"ip addr add {address} dev {INTERFACE}; ip link set {INTERFACE} mtu 1400 up")

    def _exists(self):
        return self.node.run(f"ip link show {INTERFACE}", check=False).returncode == 0

    def _swanctl(self, *words):
        result = self.node.run(
            [self.dir / "swanctl", *words, "--uri", f"unix://{self.dir}/vici"],
            check=False, env=self._environment)
        if result.returncode:
            raise RuntimeError(f"{self.node.name}: swanctl {words}: {result.stdout}{result.stderr}")
        return result.stdout

    def initiate(self):
        """Make the security associations."""
        self._swanctl("--initiate", "--child", CHILD, "--timeout", "10")

    def terminate(self):
        """End them, at both ends."""
        self._swanctl("--terminate", "--ike", "tunnel", "--force", "--timeout", "5")

    def die(self):
        """charon ends without a word to the other end."""
        self._charon.kill()
        self._charon.wait()

    def packets(self):
        """Packets that came in and went out encrypted, of the present security association."""
        text = self._swanctl("--list-sas")
        return sum(int(n) for n in re.findall(r"(\d+) packets", text))


def tunnel(*sides):
    """
    Connect two machines; each side is (node, outer address, that of the other one, inner address with
    length).  Returns both ends, with security associations.
    """
    ends = [End(*side) for side in sides]
    ends[0].initiate()
    return ends
