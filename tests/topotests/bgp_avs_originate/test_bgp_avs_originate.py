# SPDX-License-Identifier: GPL-2.0-or-later
"""
What the module announces, and when it stops.

      dut .1 AS 64512               recorder, one node
    +----------+                  +-------------------------------------------+
    |          |  192.0.2.0/24    | R1 .11, R2 .12  AS 65515, instances of hub |
    |  FRR +   |------------------| PLAIN .13  AS 64998  no role               |
    |  module  |                  | SRC .14    AS 64999  announces, and has     |
    +----------+                  |            198.51.100.1 behind it          |
                                  +-------------------------------------------+
"""
import re

import pytest

from lib.wait import holds_for, wait_for

pytestmark = pytest.mark.asan

AS = 64512
R1, R2, PLAIN, SRC = "192.0.2.11", "192.0.2.12", "192.0.2.13", "192.0.2.14"
SESSIONS = [
    {"name": "R1", "address": R1, "as": 65515},
    {"name": "R2", "address": R2, "as": 65515},
    {"name": "PLAIN", "address": PLAIN, "as": 64998},
    {"name": "SRC", "address": SRC, "as": 64999},
]
COMPANIONS = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
AVS = [65515, 12076, 398656]
ONPREM = [65515, 12076, 64620]
NO_ADVERTISE = "65535:65282"
BGP = "router bgp 64512"
HUB = [
    f"avs route-server hub neighbor {R1}",
    f"avs route-server hub neighbor {R2}",
    "avs route-server hub toward private-cloud",
]
DEFAULT = "avs advertise default toward private-cloud"
COMPANION_LINE = "avs advertise companions toward private-cloud"


class Cell:
    """Router and recorder, with the words the tests use."""

    def __init__(self, lab, *avs, top=(), first=(), bgp=(), daemons=("zebra", "bgpd"), hub=HUB, up=()):
        self.dut, self.rec = lab.cell(SESSIONS)
        lines = ["hostname dut", "bgp route-map delay-timer 1", *top, BGP,
                 " no bgp ebgp-requires-policy", " no bgp network import-check"]
        lines += [" " + l for l in first]
        lines += [f" neighbor {s['address']} remote-as {s['as']}" for s in SESSIONS]
        lines += [" " + l for l in bgp]
        lines += [" avs quiet-period 1", " avs hold-down 0"] + [" " + l for l in (*hub, *avs)] + ["exit"]
        self.dut.start("\n".join(lines) + "\n", daemons=daemons)
        self.rec.wait_up(*up)

    def type(self, *lines):
        """Type lines under router bgp; all must be taken."""
        for line, status, text in self.dut.configure(BGP, *lines):
            assert status == 0, f"{line}: {text}"

    def both(self, *expected, timeout=20):
        """R1 and R2 have exactly these prefixes."""
        for name in ("R1", "R2"):
            self.rec.wait_rib(name, set(expected), timeout)

    def stays(self, *expected, seconds=2.5):
        """R1 and R2 have exactly these prefixes, and go on so."""
        self.both(*expected)
        holds_for(
            lambda: f"{expected}, R1 has {sorted(self.rec.rib('R1'))}",
            lambda: set(self.rec.rib("R1")) == set(self.rec.rib("R2")) == set(expected),
            seconds,
        )

    def route(self, prefix):
        """What R1 has; R2 must have the same."""
        fields = ("path", "next_hop", "communities", "origin", "med")
        first, second = self.rec.rib("R1")[prefix], self.rec.rib("R2")[prefix]
        assert {f: first.get(f) for f in fields} == {f: second.get(f) for f in fields}
        return first

    def learn(self, segment, *prefixes):
        """Route Server delivers prefixes of a segment, through both instances."""
        for name in ("R1", "R2"):
            self.rec.announce(name, *prefixes, path=segment)

    def forget(self, *prefixes):
        """Route Server withdraws them."""
        for name in ("R1", "R2"):
            self.rec.withdraw(name, *prefixes)

    def plain_sees_nothing_of_ours(self):
        """Nobody without a role gets what the module originates."""
        for name in ("PLAIN", "SRC"):
            ours = [e for e in self.rec.updates(name) if e["event"] == "announce" and e["path"] == [AS]]
            assert not ours, ours

    def kernel(self):
        """Prefix -> line of the kernel's routing table."""
        lines = self.dut.out("ip -4 route show").splitlines()
        found = {}
        for line in lines:
            words = line.split()
            prefix = words[1] if words[0] in ("blackhole", "unreachable", "prohibit") else words[0]
            found["0.0.0.0/0" if prefix == "default" else prefix] = line
        return found

    def discards(self):
        """Prefixes whose kernel route drops."""
        return {p for p, line in self.kernel().items() if re.match("blackhole|unreachable|prohibit", line)}


# what is announced


def test_default_and_companions(lab):
    """The default and the three blocks, to both instances, from our AS and address."""
    cell = Cell(lab, DEFAULT, COMPANION_LINE)
    cell.both("0.0.0.0/0", *COMPANIONS)
    for prefix in COMPANIONS | {"0.0.0.0/0"}:
        route = cell.route(prefix)
        assert route["path"] == [AS]
        assert route["next_hop"] == "192.0.2.1"
        assert not route.get("communities")
    cell.rec.announce("SRC", "10.250.0.0/24")
    cell.rec.wait_event("PLAIN", "announce", prefix="10.250.0.0/24")
    cell.plain_sees_nothing_of_ours()


def test_forms_and_further_companions(lab):
    """The default in halves, in both forms, and back; a condition that halves fulfil; a block of one's own."""
    halves = {"0.0.0.0/1", "128.0.0.0/1"}
    cell = Cell(lab, DEFAULT, "avs advertise default form halves", "avs advertise companion 130.40.0.0/16",
                "avs advertise default when-present 0.0.0.0/0")
    cell.stays("130.40.0.0/16", seconds=1)
    cell.rec.announce("SRC", "0.0.0.0/1")
    cell.stays("130.40.0.0/16", seconds=1)
    cell.rec.announce("SRC", "128.0.0.0/1")
    cell.both("130.40.0.0/16", *halves)
    cell.type("no avs advertise default form halves", "avs advertise default form both")
    cell.both("130.40.0.0/16", "0.0.0.0/0", *halves)
    cell.rec.withdraw("SRC", "128.0.0.0/1")
    cell.both("130.40.0.0/16")
    cell.type("no avs advertise default when-present 0.0.0.0/0", "no avs advertise default form both",
              "no avs advertise companion 130.40.0.0/16")
    cell.both("0.0.0.0/0")
    assert not cell.discards()


def test_nothing_before_it_is_asked_for(lab):
    """Roles alone announce nothing; an advertise line without target neither."""
    cell = Cell(lab)
    cell.learn(AVS, "10.20.0.0/16")
    cell.stays()
    cell.type("avs advertise supernet 10.20.0.0/15")
    cell.both("10.20.0.0/15")
    cell.type("no avs advertise supernet 10.20.0.0/15")
    cell.both()


def test_default_needs_consent_toward_onpremises(lab):
    """Rule 2: declared on-premises, then consent, then consent taken away."""
    cell = Cell(lab, DEFAULT, COMPANION_LINE, "avs route-server hub toward on-premises")
    cell.stays()
    cell.type("avs route-server hub accept-leak on-premises")
    cell.both("0.0.0.0/0", *COMPANIONS)
    cell.type("no avs route-server hub accept-leak on-premises")
    cell.both(timeout=3)


def test_global_reach_counts_as_onpremises(lab):
    """Rule 2: global-reach is reach."""
    cell = Cell(lab, DEFAULT, COMPANION_LINE, "avs route-server hub global-reach on-premises")
    cell.stays()
    cell.type("avs route-server hub accept-leak on-premises")
    cell.both("0.0.0.0/0", *COMPANIONS)


def test_observed_reach_counts(lab):
    """Rule 2: a route server that delivers on-premises routes reaches on-premises."""
    cell = Cell(lab, DEFAULT, COMPANION_LINE)
    cell.both("0.0.0.0/0", *COMPANIONS)
    cell.learn(ONPREM, "10.100.0.0/16")
    cell.both(timeout=5)
    warnings = cell.dut.show_json("show bgp avs json")
    assert "reach-observed" in str(warnings), warnings
    cell.forget("10.100.0.0/16")
    # that it was delivered stays: see bgp_avs_reach
    cell.stays(seconds=1)


def test_default_named_target_is_consent(lab):
    """Rule 2: on-premises is named as the target itself."""
    cell = Cell(lab, "avs advertise default toward on-premises", "avs route-server hub toward on-premises")
    cell.both("0.0.0.0/0")


def test_attributes(lab):
    """next-hop, default next-hop, prepend: the same at both, changed in place."""
    cell = Cell(lab, DEFAULT, COMPANION_LINE)
    cell.both("0.0.0.0/0", *COMPANIONS)
    cell.rec.wait_quiet()
    start = cell.rec.position()
    cell.type("avs route-server hub next-hop 192.0.2.50")
    wait_for("next hop", lambda: cell.rec.rib("R1")["10.0.0.0/8"]["next_hop"] == "192.0.2.50")
    cell.type("avs advertise default next-hop 192.0.2.60", "avs route-server hub prepend 3")
    wait_for("prepend", lambda: cell.rec.rib("R1")["0.0.0.0/0"]["path"] == [AS] * 4)
    cell.rec.wait_quiet()
    assert cell.route("0.0.0.0/0")["next_hop"] == "192.0.2.60"
    assert cell.route("10.0.0.0/8")["next_hop"] == "192.0.2.50"
    assert cell.route("10.0.0.0/8")["path"] == [AS] * 4
    cell.type("no avs route-server hub next-hop 192.0.2.50", "no avs advertise default next-hop 192.0.2.60",
              "no avs route-server hub prepend 3")
    wait_for("self again", lambda: cell.rec.rib("R1")["0.0.0.0/0"]["next_hop"] == "192.0.2.1")
    wait_for("no prepend", lambda: cell.rec.rib("R1")["10.0.0.0/8"]["path"] == [AS])
    withdrawn = [e for e in cell.rec.events(start) if e["event"] == "withdraw"]
    assert not withdrawn, "changes replace, they never withdraw"


def test_vnet_only(lab):
    """vnet-only: NO_ADVERTISE on the default alone; lifts rule 2 for nobody else."""
    cell = Cell(lab, DEFAULT, COMPANION_LINE, "avs advertise default vnet-only")
    cell.both("0.0.0.0/0", *COMPANIONS)
    assert cell.route("0.0.0.0/0")["communities"] == [NO_ADVERTISE]
    assert not cell.route("10.0.0.0/8").get("communities")
    every = [e for e in cell.rec.updates("R1") if e["event"] == "announce" and e["prefix"] == "0.0.0.0/0"]
    assert all(e.get("communities") == [NO_ADVERTISE] for e in every), every


def test_shutdown(lab):
    """avs shutdown: nothing is announced, sessions stay."""
    cell = Cell(lab, DEFAULT, COMPANION_LINE)
    cell.both("0.0.0.0/0", *COMPANIONS)
    cell.type("avs shutdown")
    cell.both(timeout=3)
    cell.type("no avs shutdown")
    cell.both("0.0.0.0/0", *COMPANIONS)
    assert cell.rec.flaps("R1") == cell.rec.flaps("R2") == 0


def test_neighbor_without_activation(lab):
    """`no bgp default ipv4-unicast`: nothing is sent, and show says why."""
    others = [f"neighbor {n} activate" for n in (PLAIN, SRC)]
    cell = Cell(lab, DEFAULT, first=["no bgp default ipv4-unicast"],
                bgp=["address-family ipv4 unicast", *others, "exit-address-family"],
                up=("PLAIN", "SRC"))
    assert "not-activated" in str(cell.dut.show_json("show bgp avs json"))
    cell.type("address-family ipv4 unicast", f"neighbor {R1} activate", f"neighbor {R2} activate")
    cell.rec.wait_up()
    cell.both("0.0.0.0/0", timeout=30)


# rule 3: supernets


def test_supernet_follows_its_contributors(lab):
    """Announced while there is something inside; both ways, several times."""
    cell = Cell(lab, "avs advertise supernet 10.20.0.0/15")
    cell.stays(seconds=1.5)
    for _ in range(2):
        cell.learn(AVS, "10.20.0.0/16")
        cell.both("10.20.0.0/15")
        assert cell.route("10.20.0.0/15")["path"] == [AS]
        cell.learn(AVS, "10.21.0.0/24")
        cell.forget("10.20.0.0/16")
        cell.stays("10.20.0.0/15", seconds=1)
        cell.forget("10.21.0.0/24")
        cell.both(timeout=40)
    cell.plain_sees_nothing_of_ours()


def test_supernet_is_held_when_its_last_contributor_goes(lab):
    """Not withdrawn by a flap of both sessions; withdrawn in the end; at once when it is learned."""
    cell = Cell(lab, "avs advertise supernet 10.20.0.0/16", "avs hold-down 6")

    def reason():
        plan = cell.dut.show_json("show bgp avs plan json")["planEntry"]
        return next(e["reason"] for e in plan if e["prefix"] == "10.20.0.0/16")

    cell.learn(AVS, "10.20.0.0/24")
    cell.both("10.20.0.0/16")
    since = cell.rec.position()
    cell.forget("10.20.0.0/24")
    cell.stays("10.20.0.0/16", seconds=3)
    assert reason() == "announced-held"
    cell.learn(AVS, "10.20.0.0/24")
    cell.stays("10.20.0.0/16", seconds=5)
    assert not cell.rec.updates("R1", since) and not cell.rec.updates("R2", since)
    cell.forget("10.20.0.0/24")
    cell.both(timeout=15)
    assert reason() == "covers-nothing"
    # another finding of rule 3 does not wait
    cell.learn(AVS, "10.20.0.0/24")
    cell.both("10.20.0.0/16")
    cell.forget("10.20.0.0/24")
    cell.learn(ONPREM, "10.20.0.0/16")
    cell.both(timeout=3)


def test_supernet_stays_while_one_instance_has_the_contributor(lab):
    """A contributor that one instance withdraws is still there."""
    cell = Cell(lab, "avs advertise supernet 10.20.0.0/15")
    cell.learn(AVS, "10.20.0.0/16")
    cell.both("10.20.0.0/15")
    cell.rec.withdraw("R1", "10.20.0.0/16")
    cell.stays("10.20.0.0/15")
    cell.rec.withdraw("R2", "10.20.0.0/16")
    cell.both(timeout=40)


def test_supernet_equal_to_a_learned_prefix(lab):
    """It goes while the prefix is learned, whatever its segment, and comes back."""
    cell = Cell(lab, "avs advertise supernet 10.20.0.0/15")
    cell.learn(AVS, "10.20.0.0/16")
    cell.both("10.20.0.0/15")
    for path in (AVS, ONPREM, [65515, 12076], [65515]):
        cell.learn(path, "10.20.0.0/15")
        cell.both(timeout=5)
        cell.forget("10.20.0.0/15")
        cell.both("10.20.0.0/15", timeout=40)


def test_supernet_inside_a_contributor(lab):
    """A wider contributor ends it: it would not be a strict supernet any more."""
    cell = Cell(lab, "avs advertise supernet 10.20.0.0/16")
    cell.learn(AVS, "10.20.1.0/24")
    cell.both("10.20.0.0/16")
    cell.learn(AVS, "10.20.0.0/14")
    cell.both(timeout=5)
    cell.forget("10.20.0.0/14")
    cell.both("10.20.0.0/16", timeout=40)


@pytest.mark.parametrize("cover", ["10.0.0.0/8", "0.0.0.0/0", "8.0.0.0/6"])
def test_supernet_inside_a_cover(lab, cover):
    """A cover that on-premises advertises does not forbid it."""
    cell = Cell(lab, "avs advertise supernet 10.20.0.0/16", "avs route-server hub toward on-premises")
    cell.learn(AVS, "10.20.1.0/24")
    cell.both("10.20.0.0/16")
    start = cell.rec.position()
    cell.learn(ONPREM, cover)
    cell.stays("10.20.0.0/16")
    assert not [e for e in cell.rec.updates("R1", start) if e["event"] == "withdraw"]
    # the cover contributes nothing itself
    cell.forget("10.20.1.0/24")
    cell.both(timeout=40)


def test_supernet_unconditional_and_protected(lab):
    """unconditional needs no contributor; protect forbids."""
    cell = Cell(lab, "avs advertise supernet 10.20.0.0/15 unconditional",
                "avs advertise supernet 10.40.0.0/15 unconditional")
    cell.both("10.20.0.0/15", "10.40.0.0/15")
    cell.type("avs protect 10.41.3.0/24")
    cell.both("10.20.0.0/15", timeout=5)
    cell.type("avs protect 10.0.0.0/8")
    cell.both(timeout=5)
    cell.type("no avs protect 10.0.0.0/8", "no avs protect 10.41.3.0/24")
    cell.both("10.20.0.0/15", "10.40.0.0/15", timeout=40)


def test_supernet_classified_by_lines(lab):
    """avs segment lines decide what contributes."""
    cell = Cell(lab, "avs advertise supernet 10.20.0.0/15")
    # not through ExpressRoute: unknown, does not contribute
    cell.learn([65515, 64700], "10.20.0.0/16")
    cell.stays(seconds=1.5)
    cell.type("avs segment on-premises origin-as 64700")
    cell.both("10.20.0.0/15")
    cell.type("no avs segment on-premises origin-as 64700")
    cell.both(timeout=40)
    cell.type("avs segment private-cloud prefix 10.20.0.0/16")
    cell.both("10.20.0.0/15")


def test_order_of_many_changes(lab):
    """Fifty contributors come and go; the end is right and both are the same."""
    supernets = [f"10.{n}.0.0/15" for n in range(20, 60, 2)]
    cell = Cell(lab, *[f"avs advertise supernet {s}" for s in supernets])
    inside = [f"10.{n}.{m}.0/24" for n in range(20, 60, 2) for m in (1, 2, 3)]
    cell.learn(AVS, *inside)
    cell.both(*supernets)
    for batch in (inside[:30], inside[30:]):
        cell.forget(*batch)
        cell.learn(AVS, *batch)
    cell.both(*supernets, timeout=40)
    cell.forget(*inside)
    cell.both(timeout=40)


# conditions


def test_when_present(lab):
    """The default exists while all conditions hold; own paths do not count."""
    cell = Cell(lab, DEFAULT, "avs advertise default when-present 10.77.0.0/16",
                "avs advertise default when-present 198.51.100.0/24 from zebra")
    cell.stays(seconds=1.5)
    cell.rec.announce("SRC", "10.77.0.0/16")
    cell.stays(seconds=1.5)
    cell.dut.run("ip route add 198.51.100.0/24 via 192.0.2.14")
    cell.both("0.0.0.0/0")
    cell.rec.withdraw("SRC", "10.77.0.0/16")
    cell.both(timeout=10)
    cell.rec.announce("SRC", "10.77.0.0/16")
    cell.both("0.0.0.0/0")
    cell.dut.run("ip route del 198.51.100.0/24")
    cell.both(timeout=10)


def test_when_present_is_not_fulfilled_by_ourselves(lab):
    """when-present 0.0.0.0/0 is not made true by our own default."""
    cell = Cell(lab, DEFAULT, "avs advertise default when-present 0.0.0.0/0",
                bgp=["address-family ipv4 unicast", " network 0.0.0.0/0", "exit-address-family"])
    cell.stays()
    cell.rec.announce("SRC", "0.0.0.0/0")
    cell.both("0.0.0.0/0")
    cell.rec.withdraw("SRC", "0.0.0.0/0")
    cell.both(timeout=10)


def test_when_present_from_a_neighbor(lab):
    """`from ADDRESS`: another neighbour's path does not count."""
    cell = Cell(lab, DEFAULT, f"avs advertise default when-present 10.77.0.0/16 from {SRC}")
    cell.rec.announce("PLAIN", "10.77.0.0/16")
    cell.stays(seconds=1.5)
    cell.rec.announce("SRC", "10.77.0.0/16")
    cell.both("0.0.0.0/0")
    cell.rec.withdraw("SRC", "10.77.0.0/16")
    cell.both(timeout=10)


# the data plane


def test_learned_default_keeps_forwarding(lab):
    """
    The NVA's own exit is a default learned by BGP.  Announcing the default to
    Azure must not take it out of the kernel, not for a packet.
    """
    cell = Cell(lab)
    peers = lab.nodes[1]
    peers.address("lo", "198.51.100.1/32")
    cell.rec.announce("SRC", "0.0.0.0/0")
    wait_for("kernel default", lambda: "via 192.0.2.14" in cell.kernel().get("0.0.0.0/0", ""))
    wait_for("ping", lambda: cell.dut.ping("198.51.100.1", count=1))
    pinger = cell.dut.spawn(["ping", "-n", "-q", "-i0.05", "-W1", "198.51.100.1"], "ping.out")
    cell.type(DEFAULT, COMPANION_LINE)
    cell.both("0.0.0.0/0", *COMPANIONS)
    # nobody's default is announced instead of an originated one: path shows SRC
    assert cell.route("0.0.0.0/0")["path"] == [AS, 64999]
    assert "via 192.0.2.14" in cell.kernel()["0.0.0.0/0"]
    cell.type("no " + DEFAULT)
    cell.both(*COMPANIONS)
    cell.type(DEFAULT)
    cell.both("0.0.0.0/0", *COMPANIONS)
    cell.dut.run(["kill", "-INT", str(child_of(pinger))])
    pinger.wait(10)
    text = (cell.dut.dir / "log" / "ping.out").read_text()
    assert " 0% packet loss" in text, text
    # learned goes: the originated one takes its place without a gap
    start = cell.rec.position()
    cell.rec.withdraw("SRC", "0.0.0.0/0")
    wait_for("ours", lambda: cell.rec.rib("R1").get("0.0.0.0/0", {}).get("path") == [AS])
    assert not [e for e in cell.rec.updates("R1", start) if e["event"] == "withdraw"]
    assert "0.0.0.0/0" not in cell.discards()


def child_of(process):
    """nsenter executes the command in place: the process is the command."""
    return process.pid


def test_learned_default_still_reaches_plain_neighbors(lab):
    """A learned path that is planned goes on to others as without the module."""
    cell = Cell(lab, DEFAULT)
    cell.rec.announce("SRC", "0.0.0.0/0")
    cell.rec.wait_event("PLAIN", "announce", prefix="0.0.0.0/0")
    cell.both("0.0.0.0/0")
    cell.stays("0.0.0.0/0", seconds=1)
    assert "0.0.0.0/0" in cell.rec.rib("PLAIN")


def test_discard_routes(lab):
    """Supernets and companions with next hop self are dropped here, the default never."""
    cell = Cell(lab, DEFAULT, COMPANION_LINE, "avs advertise supernet 10.20.0.0/15 unconditional")
    cell.both("0.0.0.0/0", "10.20.0.0/15", *COMPANIONS)
    wait_for(lambda: f"discard, kernel: {cell.kernel()}", lambda: "10.20.0.0/15" in cell.discards())
    assert "0.0.0.0/0" not in cell.discards()
    cell.type("avs route-server hub next-hop 192.0.2.50")
    wait_for("no discard with another next hop", lambda: "10.20.0.0/15" not in cell.discards())
    cell.type("no avs route-server hub next-hop 192.0.2.50")
    wait_for("discard", lambda: "10.20.0.0/15" in cell.discards())
    cell.type("avs discard off")
    wait_for("discard off", lambda: not cell.discards())
    cell.type("no avs discard off")
    wait_for("discard", lambda: "10.20.0.0/15" in cell.discards())
    cell.type("no avs advertise supernet 10.20.0.0/15 unconditional")
    wait_for("gone with the supernet", lambda: "10.20.0.0/15" not in cell.discards())


OTHER = ("ip link add other type veth peer name far && ip link set far up && "
         "ip addr add 198.18.0.1/24 dev other && ip link set other up")


def test_no_discard_takes_the_own_way(lab):
    """Where a packet of this router goes is asked of the kernel, with a supernet around and without."""
    cell = Cell(lab)
    dut = cell.dut
    dut.out(OTHER)

    def way(address):
        return dut.run(f"ip route get {address}", check=False).stdout

    def held(supernet, address, via, why):
        line = f"avs advertise supernet {supernet} unconditional"
        cell.type(line)
        cell.both(supernet)
        holds_for(lambda: f"{address}: {way(address)}", lambda: via in way(address) and not cell.discards(), 1)
        doctor = dut.show("show bgp avs doctor")
        assert (f"the discard route for {supernet} is not installed" in doctor) == bool(why), doctor
        assert why in doctor, doctor
        cell.type("no " + line)
        cell.both()

    def dropped(supernet, address):
        line = f"avs advertise supernet {supernet} unconditional"
        cell.type(line)
        cell.both(supernet)
        wait_for(lambda: f"discard: {cell.kernel()}", lambda: supernet in cell.discards())
        assert "192.0.2.14" not in way(address) and "other" not in way(address), way(address)
        return line

    dut.out("ip route add default via 192.0.2.14")
    # a default in another shape; no discard, and nothing to warn of
    held("0.0.0.0/1", "8.8.8.8", "via 192.0.2.14", "")
    held("128.0.0.0/1", "168.63.129.16", "via 192.0.2.14", "")
    held("64.0.0.0/2", "64.8.8.8", "via 192.0.2.14", "")
    # a part of the internet, to which a default of this router leads; private space is not
    held("8.0.0.0/8", "8.8.8.8", "via 192.0.2.14", "the internet")
    cell.type("no " + dropped("10.20.0.0/15", "10.20.1.1"))
    held("168.0.0.0/8", "168.63.129.16", "via 192.0.2.14", "168.63.129.16")
    # the gateway of a route
    dut.out("ip route add 203.0.113.0/24 via 10.20.0.9 dev other onlink")
    held("10.20.0.0/15", "203.0.113.1", "via 10.20.0.9", "gateway 10.20.0.9")
    dut.out("ip route del 203.0.113.0/24")
    # a wider route through a tunnel; where it leads to the fabric the packets would come back
    dut.out("ip route add 10.0.0.0/8 via 198.18.0.2")
    held("10.20.0.0/15", "10.20.1.1", "dev other", "by its route 10.0.0.0/8")
    dut.out("ip route replace 10.0.0.0/8 via 192.0.2.14")
    cell.type("no " + dropped("10.20.0.0/15", "10.20.1.1"))
    dut.out("ip route del 10.0.0.0/8")
    # a wider BGP route that comes from no Route Server; it comes and goes
    line = dropped("10.20.0.0/15", "10.20.1.1")
    cell.rec.announce("SRC", "10.0.0.0/8")
    wait_for(lambda: f"way: {way('10.20.1.1')}", lambda: "via 192.0.2.14" in way("10.20.1.1"))
    cell.rec.withdraw("SRC", "10.0.0.0/8")
    wait_for(lambda: f"discard: {cell.kernel()}", lambda: "10.20.0.0/15" in cell.discards())
    cell.type("no " + line)
    # a part of the internet without a way there: dropped as everything else
    dut.out("ip route del default")
    dropped("8.0.0.0/8", "8.8.8.8")


def test_discard_does_not_take_the_place_of_a_learned_route(lab):
    """bgpd's own route for the prefix wins in the kernel."""
    cell = Cell(lab, "avs advertise supernet 10.20.0.0/15 unconditional")
    wait_for("discard", lambda: "10.20.0.0/15" in cell.discards())
    cell.rec.announce("SRC", "10.20.0.0/15")
    wait_for(lambda: f"learned: {cell.kernel()}", lambda: "via 192.0.2.14" in cell.kernel().get("10.20.0.0/15", ""))
    # rule 3: it would compete with its owner
    cell.both()
    cell.rec.withdraw("SRC", "10.20.0.0/15")
    wait_for(lambda: f"discard again: {cell.kernel()}", lambda: "10.20.0.0/15" in cell.discards())


def test_zebra_restart(lab):
    """After a restart of zebra the discard routes are there again, and no UPDATE was needed."""
    cell = Cell(lab, DEFAULT, "avs advertise supernet 10.20.0.0/15 unconditional")
    cell.both("0.0.0.0/0", "10.20.0.0/15")
    wait_for("discard", lambda: "10.20.0.0/15" in cell.discards())
    cell.rec.wait_quiet()
    start = cell.rec.position()
    cell.dut.stop_daemon("zebra")
    cell.dut.start_daemon("zebra")
    wait_for(lambda: f"discard: {cell.kernel()}", lambda: "10.20.0.0/15" in cell.discards(), 30)
    cell.stays("0.0.0.0/0", "10.20.0.0/15")
    assert not cell.rec.updates("R1", start)


def test_zebra_restart_zebra_condition(lab):
    """when-present from zebra holds across a restart of zebra in the end."""
    cell = Cell(lab, DEFAULT, "avs advertise default when-present 198.51.100.0/24 from zebra")
    cell.dut.run("ip route add 198.51.100.0/24 via 192.0.2.14")
    cell.both("0.0.0.0/0")
    cell.dut.stop_daemon("zebra")
    cell.dut.start_daemon("zebra")
    cell.rec.wait_quiet(2)
    cell.both("0.0.0.0/0", timeout=20)
    cell.dut.run("ip route del 198.51.100.0/24")
    cell.both(timeout=10)


# guard monitor


def test_guard_monitor_lets_out_and_counts(lab):
    """monitor: originated, not filtered, counted; enforce again: withdrawn."""
    cell = Cell(lab, DEFAULT, COMPANION_LINE, "avs route-server hub guard monitor")
    cell.rec.announce("SRC", "10.1.0.0/16")
    cell.both("0.0.0.0/0", "10.1.0.0/16", *COMPANIONS)
    text = str(cell.dut.show_json("show bgp avs leaks json"))
    assert "10.1.0.0/16" in text, text
    cell.type("no avs route-server hub guard monitor")
    cell.both("0.0.0.0/0", *COMPANIONS)


def test_guard_monitor_follows_the_users_map(lab):
    """An edit of the user's map is applied to what monitor let out, within the delay."""
    cell = Cell(lab, DEFAULT, COMPANION_LINE, "avs route-server hub guard monitor",
                "avs route-server hub route-map USER out", top=["route-map USER permit 10", "exit"])
    cell.rec.announce("SRC", "10.1.0.0/16")
    cell.both("0.0.0.0/0", "10.1.0.0/16", *COMPANIONS)
    answers = cell.dut.configure("ip prefix-list ONE seq 5 permit 10.1.0.0/16", "route-map USER deny 5",
                                 "match ip address prefix-list ONE", "exit")
    assert not [a for a in answers if a[1]], answers
    # the delay is 1 s here
    cell.both("0.0.0.0/0", *COMPANIONS, timeout=5)
    cell.stays("0.0.0.0/0", *COMPANIONS, seconds=1)
    cell.dut.configure("no route-map USER deny 5")
    cell.both("0.0.0.0/0", "10.1.0.0/16", *COMPANIONS, timeout=5)


# the messages


def test_only_what_changed_is_sent(lab):
    """A changed plan is one message per changed prefix; the same plan is none."""
    cell = Cell(lab, DEFAULT, COMPANION_LINE)
    cell.both("0.0.0.0/0", *COMPANIONS)
    cell.rec.wait_quiet()
    start = cell.rec.position()
    cell.learn(AVS, "10.20.1.0/24")
    cell.type("avs advertise supernet 10.20.0.0/15")
    cell.both("0.0.0.0/0", "10.20.0.0/15", *COMPANIONS)
    cell.rec.wait_quiet()
    seen = [(e["event"], e["prefix"]) for e in cell.rec.updates("R1", start)]
    assert seen == [("announce", "10.20.0.0/15")], seen
    start = cell.rec.position()
    cell.type("avs advertise supernet 10.20.0.0/15", DEFAULT, *HUB)
    cell.learn(AVS, "10.20.2.0/24")
    cell.rec.wait_quiet(2)
    assert not cell.rec.updates("R1", start)
