# SPDX-License-Identifier: GPL-2.0-or-later
"""
The module in front of two real BGP daemons as Azure Route Server, with
gateway, both circuits, AVS and on-premises behind them (lib/azure.py).
"""
import signal

import pytest

from lib import azure
from lib.wait import holds_for, wait_for


@pytest.mark.stock
def test_stock_leaks_default_to_onpremises(lab):
    """Control: what is announced for AVS arrives on-premises, too."""
    vnet = azure.VirtualNetwork(lab, module=False)
    nodes = vnet.start_azure()
    vnet.nva.start(azure.STOCK)
    wait_for("AVS has the default", lambda: "0.0.0.0/0" in vnet.birds["avs"].routes(), 30)
    wait_for("on-premises has it as well", lambda: "0.0.0.0/0" in vnet.birds["ce"].routes(), 30)
    wait_for("AVS reaches the internet", lambda: nodes["avs"].ping("198.51.100.1", "10.20.0.10"), 20)


@pytest.mark.package
def test_design_1_asks_for_consent(lab):
    """Without accept-leak nothing leaves; with it AVS and on-premises get the default."""
    vnet = azure.VirtualNetwork(lab)
    nodes = vnet.start_azure()
    vnet.nva.start(azure.DESIGN_1_WITHOUT_CONSENT)
    wait_for("sessions", lambda: vnet.established(), 30)
    wait_for("NVA learned both circuits", lambda: {azure.AVS_PREFIXES[0], "10.100.0.0/16"} <= set(vnet.nva.best_paths()), 30)
    holds_for(
        "nothing from the NVA",
        lambda: not vnet.accepted("rs1") and not vnet.accepted("rs2"),
        4,
    )
    assert "0.0.0.0/0" not in vnet.birds["ce"].routes()
    vnet.nva.configure("router bgp 64512", "avs route-server hub accept-leak on-premises")
    vnet.wait_accepted({"0.0.0.0/0"})
    for rs in ("rs1", "rs2"):
        assert vnet.accepted(rs) == {"0.0.0.0/0": [azure.AS_NVA]}
        assert vnet.birds[rs].next_hops("nva") == {"0.0.0.0/0": azure.NVA}
    for party in ("avs", "ce"):
        wait_for(f"{party} has the default", lambda p=party: "0.0.0.0/0" in vnet.birds[p].routes(), 20)
    wait_for("AVS reaches the internet", lambda: nodes["avs"].ping("198.51.100.1", "10.20.0.10"), 20)
    vnet.nva.configure("router bgp 64512", "no avs route-server hub accept-leak on-premises")
    vnet.wait_accepted(set())
    wait_for("on-premises lost it", lambda: "0.0.0.0/0" not in vnet.birds["ce"].routes(), 20)


@pytest.mark.package
def test_design_2_supernets(lab):
    """Configured supernets reach both circuits; contributors decide whether they are announced."""
    vnet = azure.VirtualNetwork(lab)
    nodes = vnet.start_azure()
    vnet.nva.start(azure.DESIGN_2.replace("exit\n", " avs hold-down 2\nexit\n"))
    supernets = {"10.20.0.0/16", "10.96.0.0/12", "172.20.0.0/15"}
    vnet.wait_accepted(supernets)
    for party in ("avs", "ce"):
        wait_for(f"{party} has them", lambda p=party: supernets <= set(vnet.birds[p].routes()), 20)
    # the NVA itself forwards by the exact prefixes, not into its own discard routes
    wait_for("AVS to on-premises", lambda: nodes["avs"].ping("10.100.0.10", "10.20.0.10"), 20)
    # on-premises withdraws 172.20/16: the supernet has nothing to cover
    vnet.birds["ce"].reconfigure(azure.customer_edge(azure.ONPREM_PREFIXES[:1]))
    vnet.wait_accepted(supernets - {"172.20.0.0/15"})
    # on-premises announces the supernet itself: ours must go
    vnet.birds["ce"].reconfigure(
        azure.customer_edge(azure.ONPREM_PREFIXES + ("172.20.0.0/15",))
    )
    vnet.wait_accepted(supernets - {"172.20.0.0/15"})
    vnet.birds["ce"].reconfigure(azure.customer_edge(azure.ONPREM_PREFIXES))
    vnet.wait_accepted(supernets)


def test_identical_sets_across_a_flap(lab):
    """Both instances get the same; one session flaps and has the same again."""
    vnet = azure.VirtualNetwork(lab)
    vnet.start_route_servers()
    vnet.nva.start(azure.DESIGN_1.replace("exit\n", " avs advertise companions toward private-cloud\nexit\n"))
    everything = set(azure.RFC1918) | {"0.0.0.0/0"}
    vnet.wait_accepted(everything)
    before = vnet.accepted("rs1")
    vnet.birds["rs2"].tell("restart nva")
    holds_for("rs1 does not notice", lambda: vnet.accepted("rs1") == before, 1)
    vnet.wait_accepted(everything)
    vnet.birds["rs2"].tell("disable nva")
    wait_for("down", lambda: vnet.birds["rs2"].state("nva") != "Established", 10)
    assert vnet.accepted("rs1") == before
    vnet.birds["rs2"].tell("enable nva")
    vnet.wait_accepted(everything)
    assert vnet.accepted("rs1") == vnet.accepted("rs2") == before
    # without graceful restart, as Azure has it, nothing of a dead bgpd stays
    assert not [w for w in vnet.nva.show_json("show bgp avs json")["warning"] if w["code"] == "graceful-restart"]
    vnet.nva.stop_daemon("bgpd", signal.SIGKILL)
    for rs in ("rs1", "rs2"):
        wait_for("everything is gone", lambda r=rs: not vnet.accepted(r), 3)


def test_routes_of_a_dead_bgpd(lab):
    """
    A Route Server that knows graceful restart, as BIRD does by itself and Azure's does not, keeps them as
    FRR has offered, for two minutes; the doctor says so, and its line ends it.
    """
    vnet = azure.VirtualNetwork(lab)
    vnet.start_azure(restart=True)
    vnet.nva.start(azure.DESIGN_1)
    vnet.wait_accepted({"0.0.0.0/0"})

    def warned():
        found = vnet.nva.show_json("show bgp avs json")["warning"]
        return {w["subject"] for w in found if w["code"] == "graceful-restart"}

    wait_for("both are named", lambda: warned() == {azure.RS1, azure.RS2}, 10)
    lines = [f"neighbor {a} graceful-restart-disable" for a in (azure.RS1, azure.RS2)]
    assert f"knows graceful restart and may keep the routes of a dead bgpd: {lines[0]}" in vnet.nva.show(
        "show bgp avs doctor")
    vnet.nva.stop_daemon("bgpd", signal.SIGKILL)
    wait_for("the sessions are gone", lambda: not vnet.established(), 10)
    holds_for("the default stays", lambda: "0.0.0.0/0" in vnet.accepted("rs1"), 3)
    vnet.nva.start_daemon("bgpd")
    vnet.nva.run("vtysh -b -d bgpd")
    for line in lines:
        vnet.nva.configure("router bgp 64512", line)
    vnet.nva.vtysh("clear bgp *", check=True)
    wait_for("nobody is named", lambda: vnet.established() and not warned(), 40)
    vnet.wait_accepted({"0.0.0.0/0"})
    vnet.nva.stop_daemon("bgpd", signal.SIGKILL)
    for rs in ("rs1", "rs2"):
        wait_for("the default is gone", lambda r=rs: not vnet.accepted(r), 3)


def test_route_server_limit_is_never_reached(lab):
    """
    Route Server accepts 20 and drops the session beyond; 30 supernets are
    configured.  Half of the limit is used, the default first, no session drops.
    """
    lines = [" avs route-server hub route-limit 20"]
    lines += [f" avs advertise supernet 10.{n}.0.0/17 unconditional" for n in range(130, 160)]
    vnet = azure.VirtualNetwork(lab)
    vnet.start_route_servers(limit=20)
    vnet.nva.start(azure.DESIGN_1.replace("exit\n", "\n".join(lines) + "\nexit\n"))
    wait_for("ten at both", lambda: len(vnet.accepted("rs1")) == len(vnet.accepted("rs2")) == 10, 40)
    assert vnet.accepted("rs1") == vnet.accepted("rs2")
    assert "0.0.0.0/0" in vnet.accepted("rs1")
    vnet.nva.configure("do clear bgp ipv4 unicast * soft out")
    holds_for("sessions stay", lambda: vnet.established(), 3)
    assert len(vnet.accepted("rs1")) == 10


@pytest.mark.stock
def test_route_server_limit_control(lab):
    """Control: stock FRR runs into the same limit and loses the session."""
    networks = "".join(f"  network 10.{n}.0.0/17\n" for n in range(130, 160))
    vnet = azure.VirtualNetwork(lab, module=False)
    vnet.start_route_servers(limit=20)
    vnet.nva.start(azure.STOCK.replace("  network 0.0.0.0/0\n", networks).replace(
        " no bgp ebgp", " no bgp network import-check\n no bgp ebgp"))
    wait_for(
        "import limit hit",
        lambda: "limit" in vnet.birds["rs1"].ask("show protocols all nva").lower()
        and "exceeded" in (vnet.rs[0].dir / "bird" / "bird.log").read_text().lower()
        or vnet.birds["rs1"].state("nva") != "Established",
        30,
    )
