# SPDX-License-Identifier: GPL-2.0-or-later
"""
The third story of tools/demo: two virtual networks, two NVAs, a tunnel.

The network is that of tests/topotests/lib/dual.py.
"""
import time

from lib import azure, dual
from lib.wait import wait_for

PICTURE = """
      AVS private cloud                      on-premises
      10.20.0.0/26 ...                       10.100.0.0/16 ...
      AS 398656                              AS 64620
          |                                      |
        MSEE 12076                           MSEE 12076
          |                                      |
     gateway, Route Server "avs"          gateway, Route Server "hub"
     10.1.0.4, 10.1.0.5                   10.2.0.4, 10.2.0.5
          |                                      |
     NVA 1 AS 64512 ======= VXLAN ======= NVA 2 AS 64514
       10.1.1.4                             10.2.1.4
"""


def without_advertise(config):
    """Roles alone: the lines that ask for something are typed later."""
    lines = [l for l in config.splitlines() if not l.startswith(" avs advertise")]
    return "\n".join(lines).replace(" avs route-server", " avs quiet-period 1\n avs route-server", 1) + "\n"


def story_class(base):
    """DualStory on top of the words of demo.py, which imports this file."""

    class DualStory(base):
        """Two NVAs; `at` says whose prompt is shown."""

        column = 26

        def __init__(self, lab):
            self.dual = dual.Dual(lab)
            self.nodes, self.birds = self.dual.nodes, self.dual.birds
            self.before, self.scenes = {}, 0
            self.at(1)

        def at(self, number):
            """Sit down at NVA 1 or 2."""
            network = self.dual.a if number == 1 else self.dual.b
            self.nva, self.name, self.bgp = network.nva, f"nva{number}", f"router bgp {network.asn}"

        def view(self):
            """Prefix -> party -> AS path, of what comes from the NVA of its side."""
            parties = {
                "Route Server avs": self.dual.a.accepted("rs1"),
                "AVS": self.birds["avs"].routes("msee"),
                "Route Server hub": self.dual.b.accepted("rs1"),
                "on-premises": self.birds["ce"].routes("msee"),
            }
            table = {}
            for party, routes in parties.items():
                for prefix, path in routes.items():
                    if prefix not in ("10.1.0.0/16", "10.2.0.0/16"):
                        table.setdefault(prefix, {})[party] = path
            return parties, table

        def until(self, avs, ce, timeout=60):
            """Until AVS and on-premises have exactly these, networks left out."""
            networks = {"10.1.0.0/16", "10.2.0.0/16"}

            def have():
                return {p: set(r) - networks for p, r in self.dual.parties().items()}

            wait_for(lambda: f"avs {avs}, on-premises {ce}: {have()}",
                     lambda: have() == {"avs": set(avs), "ce": set(ce)}, timeout)

        def way(self, party, target):
            """The way of a packet through both NVAs."""
            hops = self.dual.way(party, target)
            self.line("    way of a packet: " + " > ".join(hops))

    return DualStory


def tell(story):
    """Design 3 from roles to a tunnel that fails."""
    default = {"0.0.0.0/0", *azure.RFC1918}
    story.line(PICTURE)
    story.dual.start(without_advertise(dual.DESIGN_3_A), without_advertise(dual.DESIGN_3_B))
    story.scene(
        "Design 3: roles and a tunnel, nothing is asked for",
        """Each NVA tells the other what its Route Server delivers, and says what it is: a tag that only
        an overlay neighbor may set. Toward Azure nothing leaves that nobody asked for.""",
    )
    story.at(2)
    wait_for("AVS's prefixes at NVA 2", lambda: story.nva.best_paths().get(azure.AVS_PREFIXES[0]), 40)
    story.ask("show bgp avs routes")
    story.show()

    story.scene(
        "Each side gets its own",
        """AVS gets the default route and the companions, on-premises the prefixes of AVS. The numbers that Azure
        refuses are gone from the AS path, everything else stays.""",
    )
    story.at(1)
    story.type("avs advertise default toward private-cloud", "avs advertise companions toward private-cloud")
    story.at(2)
    story.type("avs advertise segment private-cloud toward on-premises")
    story.until(default, azure.AVS_PREFIXES)
    story.show()
    wait_for("traffic", lambda: story.dual.way("avs", "ce") == dual.THERE, 30)
    story.ping("avs", azure.AVS_HOST, azure.ONPREM_HOST, "AVS to on-premises")
    story.way("avs", "ce")
    story.way("ce", "avs")

    story.scene(
        "Nothing goes back",
        """Without Azure's numbers in the path BGP cannot see a loop any more. The module knows
        who delivered a prefix, whatever path is best.""",
    )
    story.at(1)
    story.ask(f"show bgp avs explain {azure.AVS_PREFIXES[0]}")

    story.scene(
        "The default exists while on-premises is there; then the tunnel fails",
        """When the tunnel is gone, AVS loses the default and on-premises the prefixes of AVS: each can use
        another way, if there is one, instead of sending into nothing.""",
    )
    story.type(f"avs advertise default when-present {azure.ONPREM_PREFIXES[0]} from overlay")
    time.sleep(2)  # it holds: nothing may change
    for network in (story.dual.a, story.dual.b):
        network.nva.run("ip link set vxlan0 down")
    story.until(azure.RFC1918, ())
    story.show()
    story.ask("show bgp avs doctor")
    for network in (story.dual.a, story.dual.b):
        network.nva.run("ip link set vxlan0 up")
    story.until(default, azure.AVS_PREFIXES)
    story.show()
    for number in (1, 2):
        story.at(number)
        story.nva.vtysh("write memory")
    story.at(1)
