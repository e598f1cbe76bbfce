# SPDX-License-Identifier: GPL-2.0-or-later
"""
The avs lines in a stock bgpd and a stock vtysh.

What is typed is what is shown, whatever the order; `no` and the whole line
removes it, and nothing shorter does; a bad line costs itself alone; loading
thousands of lines takes less than a second; frr-reload.py converges.

    +-----+
    | dut |  no neighbours: only the configuration is looked at
    +-----+

lines.txt has every form of every line, refused.txt what is not accepted.
"""
import json
import pathlib
import random
import time

import pytest

from lib import product
from lib.frr import VIEWS_STAY, stock_bug
from lib.wait import wait_for

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = HERE.parents[2] / "yang" / "examples"
CONFIG_FAILED = 13
# P7: how long so many lines may take.
# Quadratic is 40 s and more.  How fast it is: bench/; here other tests run at the same time.
MANY, SECONDS = 4000, 20.0


def read(name):
    """Lines of a data file, without comments."""
    text = (HERE / name).read_text()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


LINES = read("lines.txt")
REFUSED = [tuple(part.strip() for part in line.split(" | ")) for line in read("refused.txt")]
BEFORE, AFTER = "avs protect 192.0.2.0/24", "avs discard auto"


def config(lines, head="router bgp 64512", tail=""):
    """A configuration file with these lines in one BGP instance."""
    return "\n".join([head] + [f" {line}" for line in lines] + ["exit", "!", tail]) + "\n"


def avs_lines(text):
    """The avs lines of a configuration."""
    return [line.strip() for line in text.splitlines() if line.strip().startswith("avs ")]


def tree(vty):
    """Our part of the northbound's running configuration."""
    command = "show configuration running json"
    status, text = vty(f"do {command}")
    if status:
        status, text = vty(command)
    assert status == 0, text
    return json.loads(text or "{}").get("frr-bgp-avs:avs", {})


def preload():
    """What has to be in front of an instrumented library, as an environment."""
    return {"LD_PRELOAD": product.sanitizer_library()} if product.ASAN else {}


def enter(vty, *commands):
    """Type commands that have to succeed."""
    for line in commands:
        status, text = vty(line)
        assert status == 0, f"{line}: {text}"


@pytest.fixture
def dut(lab):
    """A router with one empty BGP instance."""
    router = lab.router("dut")
    router.start(config([]), daemons=["bgpd"])
    return router


def test_round_trip(dut):
    """Any order of typing gives the same output, which gives itself."""
    lines = LINES[:]
    random.Random(2).shuffle(lines)
    dut.write("typed.conf", config(lines))
    result = dut.run("vtysh -f /etc/frr/typed.conf", check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    first = dut.running()
    assert avs_lines(first) == LINES

    dut.write("frr.conf", first)
    assert dut.run("vtysh -b", check=False).returncode == 0
    assert dut.running() == first
    dut.restart_bgpd()
    assert dut.running() == first
    assert dut.run("vtysh -C", check=False).returncode == 0
    assert "avs shutdown" in dut.run("vtysh -m -f /etc/frr/frr.conf").stdout


def test_order_of_types(dut):
    """The tree says the same as the lines: reading it back needs no vtysh."""
    with dut.vty() as vty:
        enter(vty, "configure terminal", "router bgp 64512", *LINES)
        before = tree(vty)
        enter(vty, *[f"no {line}" for line in LINES])
        assert tree(vty) == {}, "something is left when every line is gone"
        enter(vty, *reversed(LINES))
        after = tree(vty)
    names = [entry["name"] for entry in after["instance"][0]["route-server"]]
    assert sorted(names) == [entry["name"] for entry in before["instance"][0]["route-server"]]


@pytest.mark.parametrize("context", ["alone", "with-all"])
def test_each_line(dut, context):
    """
    Added twice it succeeds; no shorter `no` line changes anything (words are
    what frr-reload.py cuts off); the whole one removes it and it alone.
    """
    with dut.vty() as vty:
        enter(vty, "configure terminal", "router bgp 64512")
        if context == "with-all":
            enter(vty, *LINES)
        for line in LINES:
            enter(vty, line, line)
            before = avs_lines(vty("write terminal")[1])
            assert line in before
            words = line.split()
            for length in range(len(words)):
                if " ".join(words[:length]) in before:
                    continue  # another line, and there as well
                vty(" ".join(["no"] + words[:length]))
                assert avs_lines(vty("write terminal")[1]) == before, words[:length]
            enter(vty, f"no {line}", f"no {line}")
            after = avs_lines(vty("write terminal")[1])
            assert after == [other for other in before if other != line]
            if context == "alone":
                assert tree(vty) == {}
            else:
                enter(vty, line)


# present line, another value of the same setting
REPLACED = [
    ("avs route-server a guard monitor", "avs route-server a guard enforce"),
    ("avs route-server a route-map X in", "avs route-server a route-map Y in"),
    ("avs route-server a next-hop 10.1.1.4", "avs route-server a next-hop 10.1.1.5"),
    ("avs route-server a usable 50", "avs route-server a usable 51"),
    ("avs segment on-premises prefix 10.0.0.0/8", "avs segment private-cloud prefix 10.0.0.0/8"),
    (
        "avs segment on-premises prefix 10.0.0.0/8 site dc1",
        "avs segment on-premises prefix 10.0.0.0/8",
    ),
    ("avs segment on-premises origin-as 65001 site x", "avs segment on-premises origin-as 65001"),
    ("avs advertise supernet 10.0.0.0/8", "avs advertise supernet 10.0.0.0/8 unconditional"),
    (
        "avs advertise supernet 10.0.0.0/8 toward on-premises",
        "avs advertise supernet 10.0.0.0/8 toward private-cloud",
    ),
    (
        "avs advertise supernet 10.0.0.0/8 unconditional toward on-premises",
        "avs advertise supernet 10.0.0.0/8",
    ),
    ("avs advertise default next-hop 10.1.1.4", "avs advertise default next-hop 10.1.1.5"),
    ("avs quiet-period 5", "avs quiet-period 7"),
    ("avs discard auto", "avs discard off"),
]


@pytest.mark.parametrize("old, new", REPLACED)
def test_replace(dut, old, new):
    """A new value replaces the old one; `no` of another value is a no-op."""
    with dut.vty() as vty:
        enter(vty, "configure terminal", "router bgp 64512")
        for first, second in ((old, new), (new, old)):
            enter(vty, first, f"no {second}")
            assert avs_lines(vty("write terminal")[1]) == [first]
            enter(vty, second)
            assert avs_lines(vty("write terminal")[1]) == [second]


def test_refused(dut):
    """A sentence, status 13, nothing changed; and the `no` line is harmless."""
    with dut.vty() as vty:
        enter(vty, "configure terminal", "router bgp 64512", *LINES)
        before = tree(vty)
        for line, sentence in REFUSED:
            status, text = vty(line)
            assert status == CONFIG_FAILED and sentence in text, f"{line}: {status} {text}"
            assert text.startswith("% ") and "\n" not in text, text
            vty(f"no {line}")
            assert tree(vty) == before, line


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_bad_line_at_boot(dut, place):
    """One bad line among others costs that line, also around other northbound lines."""
    others = ["ip prefix-list PL seq 5 permit 10.0.0.0/8", "route-map RM permit 10"]
    for bad, sentence in REFUSED:
        good = [BEFORE, "avs route-server a toward on-premises", AFTER]
        good.insert({"first": 0, "middle": 1, "last": 3}[place], bad)
        dut.write("frr.conf", config(good, tail="\n".join(others)))
        dut.vtysh("configure terminal", "no router bgp", "no route-map RM")
        result = dut.run("vtysh -b", check=False)
        assert sentence in result.stdout + result.stderr, bad
        shown = dut.running()
        assert set(avs_lines(shown)) == {line for line in good if line != bad}, bad
        for line in others:
            assert line in shown, bad


def test_bad_lines_in_file_of_bgpd(lab):
    """The same when bgpd reads the file itself, bad lines everywhere."""
    lines = []
    for (bad, _), good in zip(REFUSED, LINES + LINES):
        lines += [bad, good]
    expected = [line for line in LINES if line in lines]
    router = lab.router("dut")
    router.start_with_file(config(lines, tail="route-map RM permit 10"), daemons=["bgpd"])
    shown = router.running()
    assert avs_lines(shown) == expected
    assert "route-map RM permit 10" in shown


def test_too_many_route_servers(dut):
    """The 23rd costs itself, not the 22 before it."""
    lines = [f"avs route-server r{i:02} neighbor 10.0.0.{i}" for i in range(1, 24)]
    lines.append("avs route-server r01 toward on-premises")
    dut.write("frr.conf", config(lines))
    result = dut.run("vtysh -b", check=False)
    assert "22 route servers already" in result.stdout + result.stderr
    shown = avs_lines(dut.running())
    assert set(shown) == set(lines) - {lines[22]}


def test_too_many_overlay_neighbors(dut):
    """The same for overlay neighbors, the ninth of them."""
    lines = [f"avs overlay neighbor 192.0.2.{i}" for i in range(1, 10)]
    lines.append("avs overlay neighbor 192.0.2.1 interface vxlan0")
    dut.write("frr.conf", config(lines))
    result = dut.run("vtysh -b", check=False)
    assert "192.0.2.9: there are 8 overlay neighbors already" in result.stdout + result.stderr
    assert set(avs_lines(dut.running())) == set(lines) - {lines[0], lines[8]}


def test_session_that_hangs_up_in_a_file(dut):
    """
    What is skipped of a file is the session's own: the next one, which has its place
    in memory, hears of its wrong lines, and so does one beside it.
    """
    start = ("enable", "configure terminal", "XFRR_start_configuration", "route-map AVS-X permit 10")
    wrong = "match ip address prefix-list NOBODY"
    for _ in range(5):
        with dut.vty() as lost:
            answers = lost.lines(*start, wrong)
            assert answers[-2][1] != 0 and answers[-1][1] == 0, answers
        with dut.vty() as vty:
            answers = vty.lines("enable", "configure terminal", wrong, "exit", "configure terminal")
            assert answers[2][1] == 2, answers
            assert answers[3][1] == 0, answers
    with dut.vty() as one, dut.vty() as other:
        one.lines(*start)
        other.lines("enable", "configure terminal")
        # two files at a time
        assert other.lines(wrong)[0][1] == 2
        other.lines("XFRR_start_configuration")
        assert other.lines(wrong)[0][1] == 2
        assert one.lines(wrong)[0][1] == 0
        assert one.lines("exit", "hostname dut", "XFRR_end_configuration")[-1][1] == 0
        other.lines("XFRR_end_configuration")


def test_walk_up(dut):
    """Lines are accepted where vtysh looks for them: from an address-family, too."""
    dut.write(
        "walk.conf",
        "router bgp 64512\n neighbor 10.1.0.4 remote-as 65515\n address-family ipv4 unicast\n"
        "  neighbor 10.1.0.4 activate\n avs route-server a neighbor 10.1.0.4\n",
    )
    assert dut.run("vtysh -f /etc/frr/walk.conf", check=False).returncode == 0
    assert avs_lines(dut.running()) == ["avs route-server a neighbor 10.1.0.4"]


def test_instances(dut):
    """Default, VRF and view are apart; deleting one leaves nothing of it."""
    heads = ["router bgp 64512", "router bgp 64513 vrf RED", "router bgp 64514 view BLUE"]
    for number, head in enumerate(heads):
        dut.write("part.conf", config([f"avs quiet-period {number}", "avs shutdown"], head=head))
        assert dut.run("vtysh -f /etc/frr/part.conf", check=False).returncode == 0
    with dut.vty() as vty:
        names = {entry["name"]: entry["quiet-period"] for entry in tree(vty)["instance"]}
        assert names == {"default": 0, "RED": 1, "BLUE": 2}
        enter(vty, "configure terminal", "no router bgp 64513 vrf RED")
        assert {entry["name"] for entry in tree(vty)["instance"]} == {"default", "BLUE"}
        if not stock_bug(VIEWS_STAY):
            enter(vty, "no router bgp 64514 view BLUE")
            assert {entry["name"] for entry in tree(vty)["instance"]} == {"default"}
        enter(vty, "no router bgp 64512")
        if stock_bug(VIEWS_STAY):
            return
        assert tree(vty) == {}
        for head in heads:
            enter(vty, head, "exit")
        assert avs_lines(vty("write terminal")[1]) == []
        assert tree(vty) == {}


@pytest.mark.parametrize("head", ["router bgp 64514 view default", "router bgp 64514 vrf a'b"])
def test_instance_names(dut, head):
    """A name that is ambiguous, or cannot be written in a path, is refused with a sentence."""
    with dut.vty() as vty:
        enter(vty, "configure terminal", "router bgp 64512", "avs shutdown", head)
        status, text = vty("avs quiet-period 7")
        assert status == CONFIG_FAILED and text.startswith("% "), text
        vty("no avs quiet-period 7")
        if "view" not in head or not stock_bug(VIEWS_STAY):
            enter(vty, f"no {head}")
        assert [entry["name"] for entry in tree(vty)["instance"]] == ["default"]


def test_delete_while_locked(lab):
    """Another client holds the configuration: the lines go when it lets go."""
    router = lab.router("dut")
    router.start_daemon("bgpd", "--tcli")
    with router.vty() as vty, router.vty() as other:
        enter(vty, "configure terminal", "router bgp 64512", "avs shutdown", "commit")
        assert tree(vty)["instance"]
        enter(other, "configure exclusive")
        enter(vty, "no router bgp 64512")
        assert tree(vty)["instance"]
        enter(other, "end")
        wait_for("the lines are gone", lambda: tree(vty) == {})


def supernets(count):
    """So many different lines."""
    return [f"avs advertise supernet 10.{i >> 8}.{i & 255}.0/24" for i in range(count)]


@pytest.mark.parametrize("way", ["vtysh -f", "vtysh -b", "bgpd -f"])
def test_many_lines(lab, way):
    """4,000 lines load within a second, and what follows them loads as well."""
    text = config(supernets(MANY), tail="route-map RM permit 10")
    router = lab.router("dut")
    started = time.monotonic()
    if way == "bgpd -f":
        router.start_with_file(text, daemons=["bgpd"])
    else:
        router.start(daemons=["bgpd"], boot=False)
        router.write("frr.conf", text)
        started = time.monotonic()
        command = "vtysh -b" if way == "vtysh -b" else "vtysh -f /etc/frr/frr.conf"
        assert router.run(command, check=False).returncode == 0
    router.show("show version")
    taken = time.monotonic() - started
    shown = router.running()
    assert len(avs_lines(shown)) == MANY
    assert "route-map RM permit 10" in shown
    print(f"{way}: {taken:.2f} s")
    assert taken <= SECONDS

    # typing one more, and taking one away, do not cost the whole list again
    started = time.monotonic()
    router.vtysh("configure terminal", "router bgp 64512", "avs protect 192.0.2.0/24")
    router.vtysh("configure terminal", "router bgp 64512", "no avs protect 192.0.2.0/24")
    router.vtysh("configure terminal", "no router bgp 64512")
    assert time.monotonic() - started <= SECONDS
    assert avs_lines(router.running()) == []


def test_reload(dut):
    """frr-reload.py: unchanged is quiet; add, change and remove converge."""
    steps = [
        LINES,
        [line for line in LINES if "supernet" not in line],
        [line.replace("usable 50", "usable 20") for line in LINES],
        [],
        LINES[:5] + ["avs advertise supernet 10.0.0.0/9 unconditional"],
    ]
    for lines in steps:
        result = dut.reload(config(lines))
        assert result.returncode == 0, result.stdout + result.stderr
        assert set(avs_lines(dut.running())) == set(lines), result.stdout
        again = dut.reload(config(lines), test=True)
        # stock: bgpd prints the machine's name, which nobody configured
        wanted = [line for line in again.stdout.splitlines() if "avs" in line or "bgp" in line]
        assert wanted == [], again.stdout


def test_northbound_alone(lab):
    """
    The model refuses by itself what a client of the northbound may send, and
    what is accepted there is shown as lines.
    """
    router = lab.router("dut")
    router.start_daemon("bgpd", "--tcli")
    shared = router.dir / "etc" / "load.json"

    def load(vty, name):
        shared.write_text((EXAMPLES / f"{name}.json").read_text())
        vty("end")
        enter(vty, "configure terminal")
        status, text = vty("configuration load file json /etc/frr/load.json replace")
        if status == 0 and not text:
            text = vty("commit")[1]
        vty("abort")
        return text

    with router.vty() as vty:
        assert "There is no BGP instance 'default'" in load(vty, "base-design-1")
        assert tree(vty) == {}
        enter(vty, "end", "configure terminal", "router bgp 64512", "exit")
        enter(vty, "router bgp 64512 vrf blue")
        for path in sorted(EXAMPLES.glob("base-*.json")):
            vty("end")
            load(vty, path.stem)
            expected = json.loads(path.read_text())["frr-bgp-avs:avs"]["instance"]
            names = sorted(entry["name"] for entry in tree(vty).get("instance", []))
            assert names == sorted(entry["name"] for entry in expected), path.stem
        before = tree(vty)
        for path in sorted(EXAMPLES.glob("bad-*.json")):
            load(vty, path.stem)
            assert tree(vty) == before, path.stem


@pytest.mark.skipif(product.ASAN, reason="the wrapper's library comes before the sanitizer's")
def test_wrapper(dut):
    """The wrapper runs vtysh with the library in front, and without it when it is not there."""
    source = HERE.parents[2] / "bgpd_avs" / "vtysh" / "avs_vtysh_wrap.c"
    for name, library in (("with", product.module("vtysh_avs.so")), ("without", "/nowhere/x.so")):
        dut.run(
            f"gcc -o /var/tmp/{name} -DAVS_VTYSH_REAL='\"{product.HERE}/vtysh.frr\"'"
            f" -DAVS_VTYSH_LIBRARY='\"{library}\"' {source}"
        )
        result = dut.run(f"/var/tmp/{name} -c 'find avs'", check=False)
        assert ("avs shutdown" in result.stdout) == (name == "with"), result.stdout + result.stderr
        result = dut.run(f"/var/tmp/{name} -c 'show version'", check=False)
        assert "FRRouting" in result.stdout, result.stderr


def test_other_release(dut):
    """In another release the library says so in one line, and vtysh works."""
    release = dut.show("show version").split()[1].encode()
    library = product.module("vtysh_avs.so").read_bytes()
    assert library.count(b"\0%s\0" % release) == 1, "the release is not where it is expected"
    other = b"9" * len(release)
    changed = library.replace(b"\0%s\0" % release, b"\0%s\0" % other)
    (dut.dir / "tmp" / "vtysh_avs.so").write_bytes(changed)
    libraries = ":".join([*preload().values(), "/var/tmp/vtysh_avs.so"])
    result = dut.run(
        f"env LD_PRELOAD={libraries} {product.HERE}/vtysh.frr -c 'show version'", check=False
    )
    assert result.returncode == 0 and "FRRouting" in result.stdout
    assert result.stderr.count("\n") == 1 and other.decode() in result.stderr, result.stderr


def test_children_of_vtysh(dut):
    """What vtysh starts runs without our library."""
    dut.write("bin-ping", "#!/bin/sh\necho \"preload=<$LD_PRELOAD>\"\n")
    dut.run("mkdir /var/tmp/bin && install -m 755 /etc/frr/bin-ping /var/tmp/bin/ping")
    result = dut.run("PATH=/var/tmp/bin:$PATH vtysh -c 'ping 192.0.2.1'", check=False)
    assert "preload=<" in result.stdout, result.stdout + result.stderr
    assert "vtysh_avs" not in result.stdout


def test_ends_cleanly(dut):
    """With lines configured, bgpd ends without a complaint."""
    dut.configure("router bgp 64512", *LINES)
    dut.stop_daemon("bgpd")
    wait_for("bgpd is gone", lambda: dut.pid_of("bgpd") is None)
    assert not dut.crashed()
