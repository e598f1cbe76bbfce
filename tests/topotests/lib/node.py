# SPDX-License-Identifier: GPL-2.0-or-later
"""
A machine: a network namespace and a mount namespace, held by one process.

In its mount namespace /etc/frr, /run/frr, /run/bird, /var/log/frr and
/var/tmp are the machine's own, so daemons run with the paths they have on a
real machine.  The same directories are visible to the test as

    RUN/<name>/etc  run  bird  log  tmp
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

from .sandbox import RUN

SYSCTLS = (
    "net.ipv4.ip_forward=1",
    "net.ipv4.conf.all.rp_filter=0",
    "net.ipv4.conf.default.rp_filter=0",
    "net.ipv4.icmp_errors_use_inbound_ifaddr=1",
)

_HOLDER = """
set -e
mount --make-rprivate /
mount --bind {dir}/etc /etc/frr
mount --bind {dir}/run /run/frr
mount --bind {dir}/bird /run/bird
mount --bind {dir}/log /var/log/frr
mount --bind {dir}/tmp /var/tmp
mount -t sysfs sysfs /sys 2>/dev/null || true
ip link set lo up
sysctl -qw {sysctls}
echo ready
exec sleep infinity
"""


class Node:
    """A machine of the laboratory; ends with close()."""

    def __init__(self, name):
        self.name = name
        self.dir = pathlib.Path(RUN) / name
        self._children = []
        for sub in ("etc", "run", "bird", "log", "tmp"):
            path = self.dir / sub
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o1777 if sub == "tmp" else 0o755)
            if sub != "bird":
                shutil.chown(path, "frr", "frr")
        script = _HOLDER.format(dir=shlex.quote(str(self.dir)), sysctls=" ".join(SYSCTLS))
        self._holder = subprocess.Popen(
            ["unshare", "--mount", "--net", "sh", "-c", script],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._holder.stdout.readline().strip() != "ready":
            raise RuntimeError(f"{name}: namespaces could not be made")
        (self.dir / "pid").write_text(f"{self.pid}\n")

    @property
    def pid(self):
        """Process that holds the namespaces (for `ip link ... netns PID`)."""
        return self._holder.pid

    def argv(self, command):
        """The command (string for a shell, or list) as it is run in here."""
        if isinstance(command, str):
            command = ["sh", "-c", command]
        # -r and -w are not needed: the root is shared, only mounts differ
        return ["nsenter", f"--mount=/proc/{self.pid}/ns/mnt", f"--net=/proc/{self.pid}/ns/net"] + [
            str(word) for word in command
        ]

    def run(self, command, check=True, timeout=60, env=None, stdin=None):
        """
        Run to its end; returns CompletedProcess with text stdout and stderr.

        Files, not pipes: daemons of FRR 10 keep their standard output open for
        as long as they live, and a pipe would be read until then.
        """
        environment = dict(os.environ, VTYSH_HISTFILE="/dev/null", **(env or {}))
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            result = subprocess.run(
                self.argv(command),
                text=True,
                stdout=out,
                stderr=err,
                timeout=timeout,
                env=environment,
                **({"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}),
            )
            out.seek(0)
            err.seek(0)
            result.stdout = out.read().decode(errors="replace")
            result.stderr = err.read().decode(errors="replace")
        if check and result.returncode != 0:
            raise RuntimeError(
                f"{self.name}: {command}: status {result.returncode}\n{result.stdout}{result.stderr}"
            )
        return result

    def out(self, command, **options):
        """Standard output of a command."""
        return self.run(command, **options).stdout

    def spawn(self, command, log, env=None):
        """Start in the background; output goes to RUN/<name>/log/<log>."""
        with open(self.dir / "log" / log, "ab") as stream:
            child = subprocess.Popen(
                self.argv(command),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                env=dict(os.environ, **(env or {})),
            )
        self._children.append(child)
        return child

    def address(self, interface, *addresses):
        """Add addresses (with length) to an interface."""
        script = "".join(f"ip addr add {a} dev {interface};" for a in addresses)
        self.run(script)

    def route(self, prefix, via):
        """Add a kernel route."""
        self.run(["ip", "route", "add", prefix, "via", via])

    def ping(self, destination, source=None, count=2, wait=1):
        """True when every echo came back."""
        command = ["ping", "-n", f"-c{count}", "-i0.2", f"-W{wait}"]
        if source:
            command += ["-I", source]
        return self.run(command + [destination], check=False).returncode == 0

    def trace(self, destination, source, longest=12):
        """Who answers for each hop, until the destination does ("*": nobody)."""
        hops = []
        for ttl in range(1, longest + 1):
            command = ["ping", "-n", "-c1", "-W1", f"-t{ttl}", "-I", source, destination]
            found = re.search(r"\b[Ff]rom ([0-9.]+[0-9])[: ]", self._answer(command))
            hops.append(found.group(1) if found else "*")
            if hops[-1] == destination:
                break
        return hops

    def _answer(self, command):
        """What ping says after its first line, which names the source as well."""
        return self.out(command, check=False).partition("\n")[2]

    def logs(self):
        """Name -> last lines of everything that was logged here."""
        tails = {}
        for path in sorted((self.dir / "log").glob("*")):
            text = path.read_text(errors="replace").splitlines()
            tails[f"{self.name}/{path.name}"] = "\n".join(text[-60:])
        return tails

    def close(self):
        """End what was started here, by process id."""
        for child in self._children:
            if child.poll() is None:
                child.terminate()
        for child in self._children:
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._children = []
        if self._holder.poll() is None:
            self._holder.kill()
            self._holder.wait()
            self._holder.stdout.close()


def link(left, left_name, left_address, right, right_name, right_address):
    """Connect two nodes with a veth pair; addresses may be None or a list."""
    subprocess.run(
        f"ip link add name {left_name} netns {left.pid} type veth "
        f"peer name {right_name} netns {right.pid}".split(),
        check=True,
    )
    for node, name, addresses in (
        (left, left_name, left_address),
        (right, right_name, right_address),
    ):
        if isinstance(addresses, str):
            addresses = [addresses]
        script = "".join(f"ip addr add {a} dev {name};" for a in addresses or ())
        node.run(script + f"ip link set {name} up")
