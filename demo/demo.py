# SPDX-License-Identifier: GPL-2.0-or-later
"""
The demonstration behind tools/demo.

Outside: starts itself in a sandbox (private mount, PID and network
namespaces), and lets people into one that was kept.  Inside: builds the
network of tests/topotests/lib/azure.py and tells a story: design 1, design 2, or
both, in numbered scenes. Design 3 has a network and a file of its own.
"""
import os
import pathlib
import signal
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "tests" / "topotests"))
sys.path.insert(0, str(TOP / "demo"))

import design3  # noqa: E402
from lib import azure, product, sandbox  # noqa: E402
from lib.lab import Lab  # noqa: E402
from lib.wait import wait_for  # noqa: E402

PID_FILE = pathlib.Path("/run/avs-demo.pid")
READY = "AVS_DEMO_READY"
COLOUR = sys.stdout.isatty() and os.environ.get("NO_COLOR") is None

PICTURE = """
      AVS private cloud                      on-premises
      10.20.0.0/26 ...                       10.100.0.0/16 ...
      AS 398656                              AS 64620
          |                                      |
        MSEE 12076                           MSEE 12076
          '---------------.    .-----------------'
                      ExpressRoute gateway
                            AS 65515
                               | iBGP
              Azure Route Server 10.1.0.4 and 10.1.0.5
                            AS 65515
                               | eBGP
            NVA 10.1.1.4, AS 64512, FRR with bgpd_avs ---- internet
"""

ROLES = azure.HEAD + """router bgp 64512
 neighbor 10.1.0.4 remote-as 65515
 neighbor 10.1.0.4 ebgp-multihop
 neighbor 10.1.0.5 remote-as 65515
 neighbor 10.1.0.5 ebgp-multihop
 avs quiet-period 1
 avs hold-down 2
 avs route-server hub neighbor 10.1.0.4
 avs route-server hub neighbor 10.1.0.5
 avs route-server hub toward private-cloud
 avs route-server hub toward on-premises
exit
!
"""
SUPERNETS = ("10.20.0.0/16", "10.96.0.0/12", "172.20.0.0/15")


def paint(code, text):
    """Colour for a person at a terminal."""
    return f"\033[{code}m{text}\033[0m" if COLOUR else text


def bold(text):
    return paint("1", text)


def say(text=""):
    print(text, flush=True)


class Story:
    """The network, and how it is shown."""

    # whose prompt is shown, and where its lines are typed
    name, bgp = "nva", "router bgp 64512"
    column = 18
    line = staticmethod(say)

    def __init__(self, lab):
        self.vnet = azure.VirtualNetwork(lab)
        self.nodes = self.vnet.start_azure()
        self.nva = self.vnet.nva
        self.birds = self.vnet.birds
        self.before = {}
        self.scenes = 0

    def scene(self, title, text):
        """Heading of a scene, with a paragraph."""
        self.scenes += 1
        say()
        say(bold(f"{self.scenes}  {title}"))
        say(bold("-" * 78))
        for line in text.strip().splitlines():
            say(line.strip())

    def start(self):
        """Boot the NVA and wait for both sessions and both circuits."""
        self.nva.start(ROLES)
        for rs in ("rs1", "rs2"):
            wait_for(f"{rs} established", lambda r=rs: self.birds[r].state("nva") == "Established", 40)
        wait_for(
            "the NVA knows both circuits",
            lambda: {azure.AVS_PREFIXES[0], azure.ONPREM_PREFIXES[0]} <= set(self.nva.best_paths()),
            40,
        )

    def view(self):
        """Prefix -> party -> AS path, of what comes from the NVA."""
        parties = {
            "Route Server 1": self.birds["rs1"].routes("nva"),
            "Route Server 2": self.birds["rs2"].routes("nva"),
            "AVS": self.birds["avs"].routes("msee"),
            "on-premises": self.birds["ce"].routes("msee"),
        }
        table = {}
        for party, routes in parties.items():
            for prefix, path in routes.items():
                if prefix != azure.VNET:
                    table.setdefault(prefix, {})[party] = path
        return parties, table

    def settle(self, expected, timeout=40, without=()):
        """Until everybody, but for those `without`, has exactly these from the NVA."""

        def done():
            parties, _ = self.view()
            return all(
                set(routes) - {azure.VNET} == (set() if party in without else set(expected))
                for party, routes in parties.items()
            )

        wait_for(f"everybody has {sorted(expected)}", done, timeout)

    def show(self):
        """Who has what of the NVA, and what changed."""
        parties, table = self.view()
        say()
        width = self.column
        say(f"    {'from the NVA':<18}" + "".join(f"{h:<{width}}" for h in parties))
        if not table:
            say("    " + paint("2", "nothing") + " " * 11 + "".join(f"{'-':<{width}}" for _ in parties))
        for prefix in sorted(set(table) | set(self.before), key=sort_key):
            row = table.get(prefix, {})
            mark = " "
            if prefix not in table:
                mark = paint("31", "-")
            elif prefix not in self.before:
                mark = paint("32", "+")
            cells = []
            for party in parties:
                text = "path " + " ".join(map(str, row[party])) if party in row else "-"
                cells.append(f"{text:<{width}}")
            say(f"  {mark} {prefix:<18}" + "".join(cells))
        self.before = table

    def type(self, *lines, node=()):
        """Type lines in the NVA's vtysh, as a person would see it."""
        say()
        context = ["configure terminal", self.bgp, *node]
        with self.nva.vty() as vty:
            vty.lines(*context)
            for line in lines:
                prompt = f"{self.name}(config-router-af)#" if node else f"{self.name}(config-router)#"
                say(f"    {paint('36', prompt)} {bold(line)}")
                _, text = vty(line)
                for answer in text.splitlines():
                    say(f"    {paint('33', answer)}")

    def ask(self, command, keep=None):
        """Show a command of the NVA and what it answers."""
        say()
        say(f"    {paint('36', self.name + '#')} {bold(command)}")
        lines = self.nva.show(command).rstrip().splitlines()
        for line in lines[:keep]:
            say("    " + line)
        if keep and len(lines) > keep:
            say(paint("2", f"    ... {len(lines) - keep} more lines"))

    def ping(self, party, source, target, what):
        """One ping, in words."""
        ok = self.nodes[party].ping(target, source, count=2)
        word = paint("32", "works") if ok else paint("31", "does not work")
        say(f"    ping {what}: {word}")
        return ok

    def way(self, party, target):
        """The way of a packet, by who answers to short-lived pings."""
        hops = [bold(h) if h == "NVA" else h for h in self.vnet.way(party, target)]
        say("    way of a packet: " + " > ".join(hops))

    def user_defined_routes(self):
        """What the customer configures on GatewaySubnet: the list that the NVA keeps."""
        document = self.nva.show_json("show bgp avs udr json")
        table = next(t for t in document["table"] if t["name"] == "gateway-subnet")
        for route in table["route"]:
            self.vnet.user_defined_route(route["prefix"])
        say(paint("2", f"    ... and Azure has these {len(table['route'])} routes now"))


def sort_key(prefix):
    address, length = prefix.split("/")
    return tuple(map(int, address.split("."))), int(length)


DEFAULTS = {"0.0.0.0/0", *azure.RFC1918}


def begin(story):
    """What both designs begin with."""
    say(PICTURE)
    story.start()
    story.scene(
        "Sessions are up, roles are given, nothing is asked for",
        """The NVA said which neighbors are a Route Server and what it reaches.
        Nothing leaves that nobody asked for.""",
    )
    story.show()


def wait_ping(story, party, source, target):
    """Routes are there; the data plane follows."""
    wait_for(f"{party} reaches {target}", lambda: story.nodes[party].ping(target, source, count=1), 20)


def design_1(story):
    """Default injection: consent, the customer's filter, and holes that are none."""
    story.scene(
        "Design 1: a default route for AVS, without consent",
        """Both circuits end at one gateway, so a default for AVS also reaches on-premises:
        nothing on the Azure side can prevent that. The module wants to be told.""",
    )
    story.type("avs advertise default toward private-cloud", "avs advertise companions toward private-cloud")
    time.sleep(2)  # long enough for something to leak, if it did
    story.show()
    story.ask("show bgp avs explain 0.0.0.0/0")
    story.ping("avs", azure.AVS_HOST, azure.INTERNET_HOST, "AVS to the internet")

    story.scene(
        "Design 1: the customer filters at its own edge, then says so",
        """The default route and the RFC 1918 blocks still arrive on-premises; the customer's
        own router drops them. AVS keeps them.""",
    )
    story.birds["ce"].reconfigure(azure.customer_edge(refuse=sorted(DEFAULTS)))
    story.type("avs route-server hub accept-leak on-premises")
    story.settle(DEFAULTS, without=("on-premises",))
    wait_for("they came to on-premises", lambda: set(story.birds["ce"].filtered("msee")) == DEFAULTS, 20)
    story.show()
    dropped = " ".join(sorted(story.birds["ce"].filtered("msee"), key=sort_key))
    say()
    say(f"    dropped by the customer's edge: {dropped}")
    wait_ping(story, "avs", azure.AVS_HOST, azure.INTERNET_HOST)
    story.ping("avs", azure.AVS_HOST, azure.INTERNET_HOST, "AVS to the internet")
    story.way("avs", "internet")

    story.scene(
        "The usual ways to open a hole by accident",
        """Lines that would announce more than was meant are refused, with the line to type
        instead, or do nothing toward Route Server.""",
    )
    story.type(
        "neighbor 10.1.0.4 default-originate",
        "neighbor 10.1.0.4 route-map PERMIT-ALL out",
        "network 203.0.113.0/30",
        node=("address-family ipv4 unicast",),
    )
    time.sleep(2)  # as above
    story.show()
    story.ask("show bgp avs leaks", keep=12)


def leave_design_1(story):
    """Lines of design 1 go, so that design 2 begins from roles alone."""
    story.type(
        "no avs advertise default toward private-cloud",
        "no avs advertise companions toward private-cloud",
        "no avs route-server hub accept-leak on-premises",
    )
    story.settle(())
    story.birds["ce"].reconfigure(azure.customer_edge())
    story.before = {}


def design_2(story):
    """Supernets, the gateway's short cut, user-defined routes against it."""
    story.scene(
        "Design 2: supernets, so that AVS and on-premises talk through the NVA",
        """Less specific than everything both sides advertise, so nothing of theirs is hijacked.
        Now each side has a route to the other, but the gateway takes a short cut.""",
    )
    story.type(*[f"avs advertise supernet {s}" for s in SUPERNETS])
    story.settle(SUPERNETS)
    story.show()
    wait_ping(story, "avs", azure.AVS_HOST, azure.ONPREM_HOST)
    story.ping("avs", azure.AVS_HOST, azure.ONPREM_HOST, "AVS to on-premises")
    story.way("avs", "ce")

    story.scene(
        "Design 2: user-defined routes on GatewaySubnet",
        """The NVA keeps the list of routes that GatewaySubnet needs. avs-udr writes it for
        Azure CLI, Bicep or Terraform; here the network takes it directly.""",
    )
    story.type(f"avs udr next-hop {azure.NVA}")
    wait_for("the list", lambda: story.nva.show_json("show bgp avs udr json")["complete"], 20)
    story.ask("show bgp avs udr")
    story.user_defined_routes()
    wait_for("through the NVA", lambda: "NVA" in story.vnet.way("avs", "ce"), 20)
    story.way("avs", "ce")
    story.way("ce", "avs")

    story.scene(
        "On-premises stops announcing 172.20.0.0/16",
        """The supernet has nothing left to cover, and goes. When the prefix is back, so is
        the supernet.""",
    )
    story.birds["ce"].reconfigure(azure.customer_edge(azure.ONPREM_PREFIXES[:1]))
    story.settle(SUPERNETS[:2])
    story.show()
    wait_for("removed lines took effect", lambda: not story.nva.show_json("show bgp avs json")["quietLeft"], 10)
    story.ask("show bgp avs")
    story.birds["ce"].reconfigure(azure.customer_edge())
    story.settle(SUPERNETS)


def tell(story, design):
    """One design, or both of those that share a network."""
    begin(story)
    if design in ("", "1"):
        design_1(story)
    if not design:
        leave_design_1(story)
    if design in ("", "2"):
        design_2(story)
    story.nva.vtysh("write memory")


def inside(design):
    """In the sandbox."""
    lab = Lab(prefix="")
    descriptor = os.environ.pop(READY, None)
    try:
        if design == "3":
            design3.tell(design3.story_class(Story)(lab))
        else:
            tell(Story(lab), design)
        if descriptor is not None:
            say()
            os.write(int(descriptor), b"ready")
            os.close(int(descriptor))
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            while True:
                signal.pause()
    except AssertionError as error:
        say()
        say(paint("31", f"demo: {error}"))
        for name, text in lab.logs().items():
            if "bgpd" in name:
                say(f"--- {name}\n{text}")
        return 1
    finally:
        lab.close()
    say()
    say("Everything that was started has ended. `sudo tools/demo --keep` leaves it running.")
    return 0


def kept():
    """Process id of the sandbox that was kept, or None."""
    try:
        pid = int(PID_FILE.read_text())
        words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if any(w.endswith(b"demo.py") for w in words) else None


def run(design, keep):
    """Start the sandbox; with keep, leave it when it is ready."""
    if keep and kept():
        sys.exit("demo: one is running already: sudo tools/demo stop")
    command = [sys.executable, "-B", str(pathlib.Path(__file__).resolve()), *([design] if design else [])]
    if not keep:
        return sandbox.run(command)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.setsid()
        os.set_inheritable(writing, True)
        os.environ[READY] = str(writing)
        os._exit(sandbox.run(command) & 0xFF)
    os.close(writing)
    try:
        ready = wait_ready(reading, child)
    except KeyboardInterrupt:
        ready = False
        os.kill(child, signal.SIGTERM)
    if not ready:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    PID_FILE.write_text(f"{child}\n")
    say("It goes on running. Look around:")
    say(f"    {bold('sudo tools/demo vtysh')}                          the NVA")
    say(f"    {bold('sudo tools/demo on ce birdc -s /run/bird/bird.ctl show route')}")
    say("    machines: nva rs1 rs2 gateway msee-avs msee-onp avs ce fabric internet")
    if design == "3":
        say("    and nva2 rs12 rs22 gateway2 fabric2, without internet")
    say(f"    {bold('sudo tools/demo stop')}                           end it")
    return 0


def wait_ready(reading, child):
    """True when the story is told; False when the sandbox ended before."""
    # the sandbox holds the other end as well: look at both
    import selectors

    selector = selectors.DefaultSelector()
    selector.register(reading, selectors.EVENT_READ)
    while True:
        if selector.select(0.2):
            return os.read(reading, 5) == b"ready"
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return False


def enter(node, command):
    """A command on a machine of the kept network."""
    pid = kept()
    if pid is None:
        sys.exit("demo: none is running: sudo tools/demo --keep")
    base = [
        "nsenter", f"--mount=/proc/{pid}/ns/mnt", f"--net=/proc/{pid}/ns/net",
        f"--pid=/proc/{pid}/ns/pid_for_children",
    ]
    look = subprocess.run(
        base + ["cat", f"{sandbox.RUN}/{node}/pid"], text=True, capture_output=True, check=False
    )
    if look.returncode != 0:
        sys.exit(f"demo: there is no machine {node}")
    holder = look.stdout.strip()
    inner = ["nsenter", f"--mount=/proc/{holder}/ns/mnt", f"--net=/proc/{holder}/ns/net"]
    os.execvp("nsenter", base + inner + command)


def stop():
    """End the kept network, by its process id."""
    pid = kept()
    if pid is None:
        PID_FILE.unlink(missing_ok=True)
        sys.exit("demo: none is running")
    os.kill(pid, signal.SIGTERM)
    wait_for("the demonstration ended", lambda: not pathlib.Path(f"/proc/{pid}").exists(), 20)
    PID_FILE.unlink(missing_ok=True)
    return 0


def main(arguments):
    """See tools/demo."""
    design = arguments.pop(0) if arguments[:1] in (["1"], ["2"], ["3"]) else ""
    if sandbox.inside():
        return inside(design)
    verb = arguments[0] if arguments else ""
    if verb in ("", "--keep"):
        missing = product.missing()
        if missing:
            sys.exit(f"demo: {missing}")
        return run(design, verb == "--keep")
    if verb == "vtysh":
        enter("nva", ["vtysh"] + arguments[1:])
    if verb == "on" and len(arguments) > 2:
        enter(arguments[1], arguments[2:])
    if verb == "stop":
        return stop()
    sys.exit("demo: see tools/demo --help")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
