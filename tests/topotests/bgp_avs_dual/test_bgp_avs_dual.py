# SPDX-License-Identifier: GPL-2.0-or-later
"""
Two virtual networks with a circuit each, and the way of packets through both NVAs; and the same by
hand, with what goes wrong.  See lib/dual.py.
"""
import os
import signal
import time

import pytest

from lib import azure, ipsec
from lib.dual import (BACK, DESIGN_3_A, DESIGN_3_B, STOCK_A, STOCK_B, THERE, TUNNEL_A, TUNNEL_B, Dual,
                      over)
from lib.frr import REJECTED_STAYS, stock_bug
from lib.pair import BALANCED, INTERVAL, STANDBY, Pairs, Traffic
from lib.wait import holds_for, wait_for

AVS_SEES = {"0.0.0.0/0", *azure.RFC1918, "10.1.0.0/16"}
CE_SEES = {*azure.AVS_PREFIXES, "10.2.0.0/16"}


def wait_parties(dual, avs, ce, timeout=60):
    """Until AVS and on-premises have exactly these prefixes from Azure."""
    wait_for(lambda: f"avs {avs}, ce {ce}: {dual.parties()}",
             lambda: {p: set(r) for p, r in dual.parties().items()} == {"avs": avs, "ce": ce}, timeout)


def test_design_3(lab):
    """Minimal configuration: what each side sees, and traffic through both NVAs."""
    dual = Dual(lab)
    dual.start()
    wait_parties(dual, AVS_SEES, CE_SEES)
    # Microsoft's edge removes private AS numbers, and nothing of Azure's is in the path
    assert dual.parties()["ce"][azure.AVS_PREFIXES[0]] == [12076, 398656]
    assert dual.b.accepted("rs1")[azure.AVS_PREFIXES[0]] == [64514, 64512, 398656]
    for source, destination, way in (("avs", "ce", THERE), ("ce", "avs", BACK)):
        wait_for(lambda s=source, d=destination: f"{s} to {d}: {dual.way(s, d)}",
                 lambda s=source, d=destination, w=way: dual.way(s, d) == w, 20)
    before = dual.table_versions()
    holds_for("nothing moves", lambda: dual.table_versions() == before, 3)
    # the tunnel goes: on-premises is told, and nothing loops
    dual.b.nva.run("ip link set vxlan0 down")
    wait_parties(dual, AVS_SEES, {"10.2.0.0/16"})
    dual.b.nva.run("ip link set vxlan0 up")
    wait_parties(dual, AVS_SEES, CE_SEES)
    wait_for("traffic again", lambda: dual.way("avs", "ce") == THERE, 20)


def test_over_ipsec(lab):
    """
    The same through strongSwan.  A security association that is gone takes no interface down: BFD tells,
    and what came through the tunnel goes; when charon dies, so does its interface.
    """
    dual = Dual(lab, tunnel="ipsec")
    dual.start(over(DESIGN_3_A, ipsec.INTERFACE, TUNNEL_B), over(DESIGN_3_B, ipsec.INTERFACE, TUNNEL_A),
               daemons=("zebra", "staticd", "bfdd", "bgpd"))
    wait_parties(dual, AVS_SEES, CE_SEES)
    for source, destination, way in (("avs", "ce", THERE), ("ce", "avs", BACK)):
        wait_for(lambda s=source, d=destination: f"{s} to {d}: {dual.way(s, d)}",
                 lambda s=source, d=destination, w=way: dual.way(s, d) == w, 20)
    before = [end.packets() for end in dual.ends]
    assert dual.nodes["avs"].ping(azure.ONPREM_HOST, azure.AVS_HOST, count=20)
    assert all(end.packets() - was >= 40 for end, was in zip(dual.ends, before))
    wait_for("BFD is up", lambda: all(p["status"] == "up" for n in (dual.a, dual.b)
                                      for p in n.nva.show_json("show bfd peers json")), 20)
    dual.ends[0].terminate()
    wait_parties(dual, AVS_SEES, {"10.2.0.0/16"}, timeout=8)
    assert dual.a.nva.run(f"ip link show {ipsec.INTERFACE} up").stdout
    dual.ends[0].initiate()
    wait_parties(dual, AVS_SEES, CE_SEES)
    wait_for("traffic again", lambda: dual.way("ce", "avs") == BACK, 20)
    dual.ends[1].die()
    wait_parties(dual, AVS_SEES, {"10.2.0.0/16"}, timeout=8)


def test_global_reach(lab):
    """
    The circuits are connected past the NVAs.  AVS loses the default and the companions, which on-premises
    would get as well; somebody who accepts that gets just that.
    """
    dual = Dual(lab)
    dual.start()
    wait_parties(dual, AVS_SEES, CE_SEES)
    dual.global_reach()
    networks = {"10.1.0.0/16", "10.2.0.0/16"}
    wait_parties(dual, networks | set(azure.ONPREM_PREFIXES), networks | set(azure.AVS_PREFIXES))
    assert dual.parties()["ce"][azure.AVS_PREFIXES[0]] == [12076, 12076, 12076, 398656]
    for network in (dual.a, dual.b):
        network.wait_accepted(())
    explained = dual.a.nva.show_json("show bgp avs explain 0.0.0.0/0 json")["routeServer"]
    assert [r["reason"] for r in explained if r["name"] == "avs"] == ["leak-observed"]
    warnings = dual.a.nva.show_json("show bgp avs json")["warning"]
    assert "reach-observed" in {w["code"] for w in warnings}
    for source, destination, last in (("avs", "ce", "on-premises"), ("ce", "avs", "AVS")):
        wait_for("past the NVAs", lambda s=source, d=destination, l=last: dual.way(s, d) == ["MSEE", "MSEE", l], 20)
    dual.a.nva.configure("router bgp 64512", "avs route-server avs accept-leak on-premises")
    leaked = {"0.0.0.0/0", *azure.RFC1918}
    wait_parties(dual, networks | set(azure.ONPREM_PREFIXES) | leaked,
                 networks | set(azure.AVS_PREFIXES) | leaked)


class Outage:
    """Traffic, while something fails; the outage of the stream that has the longest, in seconds."""

    def __init__(self, pairs, what, longest):
        self.pairs, self.what, self.longest = pairs, what, longest

    def __enter__(self):
        self.traffic = Traffic(self.pairs.nodes)
        time.sleep(1)

    def __exit__(self, kind, *_):
        if kind:
            return
        time.sleep(1)
        streams = self.traffic.stop()
        for name, (sent, lost) in streams.items():
            if lost:
                print(f"{self.pairs.mode}: {self.what}: {name}: {len(lost)} of {sent} packets lost, "
                      f"{min(lost) * INTERVAL:.2f} to {max(lost) * INTERVAL:.2f} s")
        worst = max(len(lost) for _, lost in streams.values())
        assert worst * INTERVAL <= self.longest, (self.what, worst)


@pytest.mark.parametrize("mode", [STANDBY, BALANCED])
def test_pairs(lab, mode):
    """
    Two NVAs in each virtual network: both announce the same, and what fails is survived, with the
    losses counted.
    """
    pairs = Pairs(lab, mode)
    pairs.start()
    expected = [[{"0.0.0.0/0", *azure.ONPREM_PREFIXES}] * 4, [set(azure.AVS_PREFIXES)] * 4]

    def rest():
        pairs.wait_sessions()
        wait_for(lambda: f"the same of all: {pairs.announced()}", lambda: pairs.announced() == expected, 40)
        for balancer in pairs.balancers:
            wait_for("all are healthy", lambda b=balancer: len(b.backends()) == 2, 20)
        time.sleep(1)

    rest()
    nva, standby = pairs.a.nvas
    for router, what in ((standby, "bgpd of the second NVA dies"), (nva, "bgpd of the first NVA dies")):
        with Outage(pairs, what, 1.5):
            dead = router.pid_of("bgpd")
            os.kill(dead, signal.SIGKILL)
            wait_for("watchfrr starts it again", lambda r=router, d=dead: r.pid_of("bgpd") not in (None, d), 30)
            rest()
    with Outage(pairs, "a tunnel swallows packets", 2):
        pairs.b.nva.run("ip link set vxlan0 down")
        time.sleep(4)
    pairs.b.nva.run("ip link set vxlan0 up")
    rest()
    with Outage(pairs, "an instance of Route Server dies", 0.5):
        pairs.a.birds["rs2"].stop()
        time.sleep(5)
    pairs.a.start_second()
    rest()
    with Outage(pairs, "an NVA is gone", 5):
        pairs.a.fabric.run("ip link set nva-p down")
        time.sleep(8)
    if stock_bug(REJECTED_STAYS):
        return
    with Outage(pairs, "it is there again", 1.5):
        pairs.a.fabric.run("ip link set nva-p up")
        rest()


@pytest.mark.stock
def test_by_hand(lab):
    """
    Stock FRR without rule 4: routes come back to the Route Server that they are from, which then
    prefers them, where it goes by AS path and not by circuit.  FRR 10.3 goes on and off for ever; 8.4.4 comes to rest in a worse way: Route Server
    keeps them, the NVA lacks them, and nobody reaches anybody.
    """
    dual = Dual(lab, module=False, preference="as-path")
    dual.start(STOCK_A, STOCK_B)
    own = set(azure.AVS_PREFIXES)
    wait_for("AVS's prefixes come back to its Route Server", lambda: own & set(dual.a.accepted("rs1")), 30, 0.05)
    time.sleep(5)  # more than any convergence takes
    before = dual.table_versions()
    time.sleep(3)
    moved = max(now - then for now, then in zip(dual.table_versions(), before))
    stuck = own <= set(dual.a.accepted("rs1")) and not own & set(dual.a.nva.best_paths())
    assert moved > 20 or stuck, (moved, dual.a.accepted("rs1"), dual.a.nva.best_paths())
    if stuck:
        assert dual.way("avs", "ce")[-1:] != ["on-premises"]
        assert dual.way("ce", "avs")[-1:] != ["AVS"]
