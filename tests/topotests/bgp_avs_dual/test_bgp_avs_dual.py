# SPDX-License-Identifier: GPL-2.0-or-later
"""
Two virtual networks with a circuit each, and the way of packets through both NVAs; and the same by
hand, with what goes wrong.  See lib/dual.py.
"""
import time

import pytest

from lib import azure
from lib.dual import BACK, STOCK_A, STOCK_B, THERE, Dual
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


@pytest.mark.stock
def test_by_hand(lab):
    """
    Stock FRR without rule 4: routes come back to the Route Server that they are from, which then
    prefers them.  FRR 10.3 goes on and off for ever; 8.4.4 comes to rest in a worse way: Route Server
    keeps them, the NVA lacks them, and nobody reaches anybody.
    """
    dual = Dual(lab, module=False)
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
