# SPDX-License-Identifier: GPL-2.0-or-later
"""
Instances that come and go, daemons that start and end, modules that do not fit.

      dut .1 AS 64512 ---- 192.0.2.0/24 ---- R1 .11, R2 .12 (AS 65515), SRC .14
"""
import pytest

from lib import product
from lib.frr import VIEWS_STAY, release_text, stock_bug
from lib.wait import holds_for, wait_for

BGP = "router bgp 64512"
R1, R2, R3, SRC = "192.0.2.11", "192.0.2.12", "192.0.2.15", "192.0.2.14"
SESSIONS = [
    {"name": "R1", "address": R1, "as": 65515},
    {"name": "R2", "address": R2, "as": 65515},
    {"name": "SRC", "address": SRC, "as": 64999},
]
HEAD = "hostname dut\nbgp route-map delay-timer 1\n"
PLAN = {"0.0.0.0/0", "10.20.0.0/15"}
INSTANCE = f"""router bgp 64512
 no bgp ebgp-requires-policy
 neighbor {R1} remote-as 65515
 neighbor {R2} remote-as 65515
 neighbor {SRC} remote-as 64999
 avs quiet-period 1
 avs route-server hub neighbor {R1}
 avs route-server hub neighbor {R2}
 avs route-server hub toward private-cloud
 avs advertise default toward private-cloud
 avs advertise supernet 10.20.0.0/15 unconditional
exit
"""


def start(lab, config=HEAD + INSTANCE, **options):
    """Router and recorder at the plan."""
    dut, rec = lab.cell(SESSIONS, **options)
    rec.announce("SRC", "10.1.0.0/16")
    dut.start(config, daemons=("zebra", "bgpd"))
    return dut, rec


def at_plan(rec, plan=frozenset(PLAN)):
    for name in ("R1", "R2"):
        rec.wait_rib(name, set(plan), 30)


def discards(dut):
    """Prefixes of discard routes in the kernel."""
    out = dut.out("ip -4 route show type blackhole; ip -4 route show type unreachable")
    return {line.split()[1] if line.split()[0] in ("blackhole", "unreachable") else line.split()[0]
            for line in out.splitlines()}


@pytest.mark.asan
def test_instance_deleted_and_created(lab):
    """`no router bgp` leaves nothing behind: no route, no line, no role, no discard route."""
    dut, rec = start(lab)
    at_plan(rec)
    wait_for("discard", lambda: "10.20.0.0/15" in discards(dut))
    for _ in range(3):
        dut.configure("no router bgp 64512")
        wait_for(lambda: f"no discard: {discards(dut)}", lambda: not discards(dut))
        assert "avs" not in "\n".join(l for l in dut.running().splitlines() if "router" in l or " avs" in l)
        assert dut.vtysh("show bgp avs").returncode in (0, 1)
        # an instance without avs lines has no role: stock behaviour, nothing of ours
        dut.configure(BGP, "bgp router-id 192.0.2.1", f"neighbor {SRC} remote-as 64999")
        rec.wait_up("SRC")
        assert not discards(dut)
        assert " avs " not in dut.running()
        dut.configure("no router bgp 64512")
        dut.configure(*INSTANCE.splitlines()[:-1])
        rec.wait_up()
        at_plan(rec)
        wait_for("discard", lambda: "10.20.0.0/15" in discards(dut))
    for name in ("R1", "R2"):
        assert rec.announced(name) <= PLAN, rec.announced(name)


@pytest.mark.asan
def test_instance_deleted_and_created_in_one_write(lab):
    """The same in one write to the socket."""
    dut, rec = start(lab)
    at_plan(rec)
    with dut.vty() as vty:
        vty("configure terminal")
        answers = vty.burst("no router bgp 64512", *INSTANCE.splitlines()[:-1])
    assert not [a for a in answers if a[1]], answers
    rec.wait_up()
    at_plan(rec)
    for name in ("R1", "R2"):
        assert rec.announced(name) <= PLAN, rec.announced(name)


@pytest.mark.asan
def test_another_as_for_the_instance(lab):
    """The instance is deleted and created with another AS."""
    dut, rec = start(lab)
    at_plan(rec)
    dut.configure("no router bgp 64512", *INSTANCE.replace("64512", "64600").splitlines()[:-1])
    rec.wait_up()
    at_plan(rec)
    assert rec.rib("R1")["0.0.0.0/0"]["path"] == [64600]


@pytest.mark.asan
def test_two_instances(lab):
    """A view beside the default instance: its lines, show and plan are its own."""
    view = f"""router bgp 64512 view EAST
 no bgp ebgp-requires-policy
 neighbor {R2} remote-as 65515
 neighbor {R2} port 179
 avs quiet-period 1
 avs route-server east neighbor {R2}
 avs route-server east toward private-cloud
 avs advertise companions toward private-cloud
exit
"""
    default = INSTANCE.replace(f" neighbor {R2} remote-as 65515\n", "").replace(
        f" avs route-server hub neighbor {R2}\n", "")
    dut, rec = lab.cell(SESSIONS)
    dut.start(HEAD + default + view, daemons=("zebra", "bgpd"))
    rec.wait_up("R1", "SRC")
    rec.wait_rib("R1", PLAN)
    running = dut.running()
    assert "router bgp 64512 view EAST" in running
    assert running.index("view EAST") < running.index("avs route-server east")
    east = dut.show_json("show bgp view EAST avs json")
    assert [r["name"] for r in east["routeServer"]] == ["east"]
    hub = dut.show_json("show bgp avs json")
    assert [r["name"] for r in hub["routeServer"]] == ["hub"]
    dut.vtysh("write memory")
    before = dut.running()
    if not stock_bug(VIEWS_STAY):
        dut.configure("no router bgp 64512 view EAST")
        assert "avs route-server east" not in dut.running()
        rec.wait_rib("R1", PLAN)
    dut.stop()
    dut.start(daemons=("zebra", "bgpd"))
    assert dut.running() == before
    rec.wait_rib("R1", PLAN)
    assert rec.announced("R1") <= PLAN


@pytest.mark.asan
def test_bgpd_ends_cleanly(lab):
    """SIGTERM with everything configured: no crash, no discard route stays."""
    dut, rec = start(lab)
    at_plan(rec)
    wait_for("discard", lambda: "10.20.0.0/15" in discards(dut))
    dut.stop_daemon("bgpd")
    wait_for(lambda: f"no discard: {discards(dut)}", lambda: not discards(dut))


@pytest.mark.asan
def test_bgpd_without_zebra(lab):
    """bgpd -Z: no discard routes are possible; the plan is announced all the same."""
    dut, rec = lab.cell(SESSIONS)
    # later releases accept no session without an identifier, which zebra would find
    config = HEAD + INSTANCE.replace("router bgp 64512\n", "router bgp 64512\n bgp router-id 192.0.2.1\n")
    dut.write("frr.conf", config)
    dut.start_daemon("bgpd", "-Z")
    dut.run("vtysh -b", check=False)
    rec.wait_up()
    at_plan(rec)


@pytest.mark.asan
def test_module_is_listed(lab):
    """show modules names it; show version of the daemon is the stock one."""
    dut, rec = start(lab)
    rec.wait_up()
    assert "avs" in dut.vtysh("show modules").stdout


def test_wrong_version_does_not_load(lab):
    """A module of another release: one clear line, no crash."""
    dut = lab.router("dut", module=product.module("bgpd_avs_wrongver.so"), extension=False)
    dut.write("frr.conf", "hostname dut\n")
    result = dut.start_daemon("bgpd", check=False)
    text = result.stdout + result.stderr
    assert "FRR" in text and release_text() in text, text
    assert len([l for l in text.splitlines() if "avs" in l.lower() or "built for" in l]) <= 2, text
    assert "ignal" not in text and "ssert" not in text, text
    if dut.pid_of("bgpd"):
        # it may also start, without the module
        assert "avs" not in dut.vtysh("show running-config").stdout


@pytest.mark.parametrize("policy", ["rfc8212", "saved", "open"])
def test_wrong_layout_is_inactive(lab, policy):
    """
    Structures of another size: inactive, nothing is announced, bgpd runs.
    With FRR's default policy, with a saved configuration (it names the owned
    maps), and with an open one.
    """
    dut, rec = lab.cell(SESSIONS, module=product.module("bgpd_avs_wronglayout.so"), extension=True)
    rec.announce("SRC", "10.1.0.0/16")
    config = HEAD + INSTANCE
    if policy != "open":
        config = config.replace(" no bgp ebgp-requires-policy\n", "")
    if policy == "saved":
        maps = "".join(f"  neighbor {n} route-map AVS-{d.upper()}-hub {d}\n" for n in (R1, R2) for d in ("in", "out"))
        config = config.replace("exit\n", f" address-family ipv4 unicast\n{maps} exit-address-family\nexit\n").replace(
            "router bgp 64512\n", "router bgp 64512\n no bgp ebgp-requires-policy\n")
    dut.start(config, daemons=("zebra", "bgpd"), check=False)
    rec.wait_up()
    rec.wait_told("R1", "R2")
    nothing = lambda: not rec.announced("R1") and not rec.announced("R2")
    holds_for(lambda: f"nothing announced, but {rec.announced('R1')}", nothing, 4)
    summary = dut.show_json("show bgp avs json")
    assert summary["active"] is False, summary
    assert "inactive" in {w["code"] for w in summary["warning"]}
    assert dut.pid_of("bgpd")
    # and it does not come alive by typing
    dut.configure(BGP, "avs route-server hub prepend 2", "no avs route-server hub prepend 2")
    dut.vtysh("clear bgp *")
    rec.wait_up()
    holds_for(lambda: f"nothing announced, but {rec.announced('R1')}", nothing, 2)


def test_wrong_release_of_vtysh_extension(lab):
    """The extension in front of another vtysh steps aside; vtysh works."""
    dut = lab.router("dut", module=False, extension=False)
    dut.start("hostname dut\n", daemons=("zebra", "bgpd"))
    other = product.built("vtysh_avs_wrongver.so")
    if other is None:
        pytest.skip(product.variant_missing("vtysh_avs_wrongver.so"))
    result = dut.run("vtysh -c 'show version'", env={"LD_PRELOAD": str(product.module("vtysh_avs_wrongver.so"))})
    assert release_text() in result.stdout
    assert "AVS" in result.stderr or "avs" in result.stderr


@pytest.mark.valgrind
def test_under_valgrind(lab):
    """
    Boot, plan, changes, attacks, deletion and end of bgpd under valgrind: no
    definite error, no definite leak of ours.
    """
    dut, rec = lab.cell(SESSIONS)
    dut.valgrind = True
    rec.announce("SRC", "10.1.0.0/16")
    dut.start(HEAD + "route-map USER permit 10\nexit\n" + INSTANCE, daemons=("zebra", "bgpd"))
    rec.wait_up(timeout=60)
    at_plan(rec)
    rec.announce("R1", "10.20.0.0/16", path=[65515, 12076, 398656])
    dut.configure(
        BGP, "avs route-server hub route-map USER out", "avs route-server hub prepend 2",
        "avs advertise companions toward private-cloud", "avs segment on-premises origin-as 64700",
        "avs protect 10.99.0.0/16", f"neighbor {R1} default-originate", f"neighbor {R1} route-map USER out",
        f"no neighbor {R1} route-map X out", "avs advertise supernet 10.20.0.1/16",
        "avs route-server two neighbor 192.0.2.77", "avs advertise default when-present 10.1.0.0/16",
    )
    for command in ("show bgp avs", "show bgp avs routes", "show bgp avs plan", "show bgp avs leaks",
                    "show bgp avs changes", "show bgp avs explain 10.20.0.0/15"):
        dut.show(command)
        dut.show(command + " json")
    dut.vtysh("clear bgp *")
    rec.wait_up(timeout=60)
    rec.withdraw("SRC", "10.1.0.0/16")
    rec.wait_rib("R1", {"10.20.0.0/15", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}, 60)
    dut.configure("no route-map USER")
    rec.wait_rib("R1", set(), 60)
    dut.configure("no router bgp 64512", *INSTANCE.splitlines()[:-1])
    rec.wait_up(timeout=60)
    at_plan(rec)
    dut.stop()
    assert not dut.reports(), dut.reports()


def test_instance_that_lives_on_hidden(lab):
    """
    Another instance imports from the default one, which is deleted: later releases
    keep it, hidden.  Made again, it has neither our lines nor our paths.
    """
    dut, rec = lab.cell(SESSIONS)
    red = "router bgp 64513 vrf RED\n address-family ipv4 unicast\n  import vrf default\n exit-address-family\nexit\n"
    dut.run("ip link add RED type vrf table 10 2>/dev/null && ip link set RED up", check=False)
    dut.start(HEAD + INSTANCE + red, daemons=("zebra", "bgpd"), check=False)
    rec.wait_up("R1", "R2")
    assert "avs route-server hub" in dut.running()
    dut.configure("no router bgp 64512")
    wait_for("the lines are gone", lambda: "avs route-server" not in dut.running())
    dut.configure(*(line.strip() for line in INSTANCE.splitlines() if "avs" not in line and line != "exit"))
    rec.wait_up("R1", "R2")
    holds_for("nothing of ours", lambda: not set(PLAN) & set(dut.best_paths()), 3)
    assert not set(rec.rib("R1")) & set(PLAN)
    assert "avs route-server" not in dut.running()
