# SPDX-License-Identifier: GPL-2.0-or-later
"""
Tables of user-defined routes: what show and avs-udr say while the network changes.

      dut .1 AS 64512               recorder, one node
    +----------+                  +--------------------------------------------+
    |  FRR +   |  192.0.2.0/24    | R1 .11, R2 .12  AS 65515, instances of hub |
    |  module  |------------------|                                            |
    +----------+                  +--------------------------------------------+
"""
import json
import pathlib

import pytest

from lib.wait import wait_for

pytestmark = pytest.mark.asan

AVS_UDR = pathlib.Path(__file__).resolve().parents[3] / "tools" / "avs-udr"
R1, R2 = "192.0.2.11", "192.0.2.12"
SESSIONS = [
    {"name": "R1", "address": R1, "as": 65515},
    {"name": "R2", "address": R2, "as": 65515},
]
AVS = [65515, 12076, 398656]
ONPREM = [65515, 12076, 64620]
VNET = [65515]
BGP = "router bgp 64512"
LINES = [
    f"avs route-server hub neighbor {R1}",
    f"avs route-server hub neighbor {R2}",
    "avs route-server hub toward private-cloud",
    "avs route-server hub toward on-premises",
    "avs quiet-period 0",
    "avs udr next-hop 10.1.1.4",
]


class Cell:
    """Router and recorder, with the words the tests use."""

    def __init__(self, lab, *avs):
        self.dut, self.rec = lab.cell(SESSIONS)
        lines = ["hostname dut", BGP]
        lines += [f" neighbor {s['address']} remote-as {s['as']}" for s in SESSIONS]
        lines += [" " + l for l in (*LINES, *avs)] + ["exit"]
        self.dut.start("\n".join(lines) + "\n", daemons=("zebra", "bgpd"))
        self.rec.wait_up()

    def type(self, *lines):
        """Type lines under router bgp; all must be taken."""
        for line, status, text in self.dut.configure(BGP, *lines):
            assert status == 0, f"{line}: {text}"

    def learn(self, path, *prefixes):
        """Route Server delivers prefixes, through both instances."""
        for name in ("R1", "R2"):
            self.rec.announce(name, *prefixes, path=path)

    def udr(self):
        """The document."""
        return json.loads(self.dut.out("vtysh -c 'show bgp avs udr json'"))

    def routes(self, name="gateway-subnet"):
        """prefix -> (next hop, stale) of a table."""
        table = next(t for t in self.udr()["table"] if t["name"] == name)
        return {r["prefix"]: (r.get("nextHop"), r["stale"]) for r in table["route"]}

    def wait(self, expected, complete=True):
        """The table of GatewaySubnet is this, and complete or not."""
        wait_for(
            lambda: f"{expected} complete {complete}, have {self.udr()}",
            lambda: self.routes() == expected and self.udr()["complete"] == complete,
            30,
        )

    def warnings(self):
        """Codes of the warnings."""
        return [w["code"] for w in json.loads(self.dut.out("vtysh -c 'show bgp avs json'"))["warning"]]

    def tool(self, *words, stdin=None):
        """avs-udr on the machine itself; (status, stdout, stderr)"""
        done = self.dut.run(
            ["/usr/bin/python3", "-B", AVS_UDR, *words], check=False, stdin=stdin
        )
        return done.returncode, done.stdout, done.stderr


NVA = "10.1.1.4"


def test_tables_follow_the_routes(lab):
    """One route per learned prefix; exclusions, stale routes, own NIC, generation."""
    cell = Cell(lab)
    cell.wait({})
    cell.learn(AVS, "10.120.0.0/24", "10.120.1.0/24")
    cell.learn(ONPREM, "10.50.0.0/24", "0.0.0.0/0")
    cell.learn(VNET, "10.9.0.0/16")
    three = {p: (NVA, False) for p in ("10.50.0.0/24", "10.120.0.0/24", "10.120.1.0/24")}
    cell.wait(three)
    document = cell.udr()
    gateway = document["table"][0]
    assert [e["prefix"] for e in gateway["excluded"]] == ["0.0.0.0/0"]
    assert gateway["limit"] == 1000 and gateway["headroom"] == 997
    assert {r["prefix"]: r["segment"] for r in gateway["route"]}["10.50.0.0/24"] == ["on-premises"]
    assert cell.routes("nva-nic") == {}

    # nothing that was in the table goes at once
    for name in ("R1", "R2"):
        cell.rec.withdraw(name, "10.120.1.0/24")
    cell.wait({**three, "10.120.1.0/24": (NVA, True)})
    assert cell.udr()["generation"] == document["generation"]
    text = cell.dut.out("vtysh -c 'show bgp avs udr'")
    assert "Complete" in text and "stale" in text and "0.0.0.0/0" in text

    # a default route that is announced takes the appliance's own way out
    for name in ("R1", "R2"):
        cell.rec.withdraw(name, "0.0.0.0/0")
    cell.type("avs route-server hub accept-leak on-premises", "avs advertise default toward private-cloud")
    wait_for("the own NIC's table", lambda: cell.routes("nva-nic") == {"0.0.0.0/0": (None, False)}, 20)
    assert cell.udr()["generation"] > document["generation"]

    # another next hop, another limit
    cell.type("avs udr next-hop 10.1.1.9", "avs udr route-limit 10", "avs udr reserved 8")
    wait_for("the next hop", lambda: cell.routes().get("10.120.0.0/24") == ("10.1.1.9", False), 20)
    assert cell.udr()["table"][0]["limit"] == 2
    cell.type("no avs udr next-hop 10.1.1.9")
    wait_for("no table", lambda: cell.routes() == {}, 20)
    assert "next-hop" in cell.udr()["incompleteBecause"]


def test_incomplete_while_a_session_is_down(lab):
    """One instance down: what is known stays, and nobody is told to apply it."""
    cell = Cell(lab)
    cell.learn(AVS, "10.120.0.0/24")
    cell.wait({"10.120.0.0/24": (NVA, False)})
    cell.dut.vtysh(f"conf t\n{BGP}\nneighbor {R2} shutdown")
    cell.wait({"10.120.0.0/24": (NVA, False)}, complete=False)
    assert cell.udr()["routeServer"] == "hub"
    cell.dut.vtysh(f"conf t\n{BGP}\nneighbor {R1} shutdown")
    cell.wait({"10.120.0.0/24": (NVA, True)}, complete=False)
    status, out, err = cell.tool("az")
    assert status == 1 and not out and "not complete" in err
    status, out, err = cell.tool("az", "--force")
    assert status == 0 and "10.120.0.0/24" in out and "not complete" in err
    cell.dut.vtysh(f"conf t\n{BGP}\nno neighbor {R1} shutdown\nno neighbor {R2} shutdown")
    cell.rec.wait_up()
    cell.learn(AVS, "10.120.0.0/24")
    cell.wait({"10.120.0.0/24": (NVA, False)})


def test_too_many(lab):
    """Over the limit: an alarm that names the way out, and no complete table."""
    cell = Cell(lab, "avs udr route-limit 2")
    cell.learn(AVS, "10.120.0.0/24", "10.120.1.0/24", "10.120.2.0/24")
    cell.wait({"10.120.0.0/24": (NVA, False), "10.120.1.0/24": (NVA, False)}, complete=False)
    assert cell.udr()["table"][0]["excluded"][0]["prefix"] == "10.120.2.0/24"
    assert "udr-limit" in cell.warnings()
    cell.type("avs udr route-limit 3")
    wait_for("all fit", lambda: cell.udr()["complete"] and len(cell.routes()) == 3, 20)
    assert "udr-limit" not in cell.warnings()


def test_acknowledge_and_compare(lab):
    """avs-udr: what to write, what differs from Azure, and that it was applied."""
    cell = Cell(lab)
    cell.learn(AVS, "10.120.0.0/24")
    cell.wait({"10.120.0.0/24": (NVA, False)})
    assert "udr-changed" not in cell.warnings()

    # what Azure has: one superfluous, one with another next hop
    azure = [
        {"name": "avs-10-120-0-0-24", "addressPrefix": "10.120.0.0/24",
         "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.1.1.99"},
        {"name": "avs-10-77-0-0-16", "addressPrefix": "10.77.0.0/16",
         "nextHopType": "VirtualAppliance", "nextHopIpAddress": NVA},
        {"name": "kept-by-hand", "addressPrefix": "10.88.0.0/16", "nextHopType": "VnetLocal"},
    ]  # fmt: skip
    status, out, _ = cell.tool("compare", "-", stdin=json.dumps(azure))
    assert status == 3
    assert "10.120.0.0/24" in out and "10.77.0.0/16" in out and "10.88.0.0/16" not in out
    azure = [dict(azure[0], nextHopIpAddress=NVA), azure[2]]
    status, out, err = cell.tool("compare", "-", stdin=json.dumps(azure))
    assert status == 0, out + err

    status, out, err = cell.tool("acknowledge")
    assert status == 0, err
    assert cell.udr()["acknowledged"] == cell.udr()["generation"]
    cell.learn(AVS, "10.120.1.0/24")
    wait_for("an alarm", lambda: "udr-changed" in cell.warnings(), 20)
    status, _, err = cell.tool("acknowledge", "1")
    assert status == 1 and "generation" in err
    assert cell.tool("acknowledge")[0] == 0
    assert "udr-changed" not in cell.warnings()
