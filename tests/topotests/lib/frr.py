# SPDX-License-Identifier: GPL-2.0-or-later
"""
A router: Debian's own FRR daemons on a node, started as a user starts them.

/etc/frr/frr.conf is written, zebra, staticd and bgpd are started without
configuration files, then `vtysh -b` hands the configuration out; or all of
this by frrinit.sh and watchfrr.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess

from . import product
from .node import Node
from .wait import wait_for

FRR = "/usr/lib/frr"
# since FRR 10 a daemon of its own has a copy of the configuration and more
MGMTD = ("mgmtd",) if os.path.exists(f"{FRR}/mgmtd") else ()
DAEMONS = """bgpd=yes
{more}vtysh_enable=yes
zebra_options=" -A 127.0.0.1 -s 90000000"
staticd_options="-A 127.0.0.1"
bgpd_options=" {bgpd_options}"
bgpd_wrap="{bgpd_wrap}"
watchfrr_options="{watchfrr_options}"
"""
SUPPRESSIONS = pathlib.Path(__file__).resolve().parents[2] / "valgrind" / "bgpd.supp"


def release():
    """FRR's release, as (8, 4, 4)."""
    text = subprocess.run([f"{FRR}/bgpd", "--version"], text=True, capture_output=True, check=True).stdout
    return tuple(int(n) for n in re.search(r"version (\d+(?:\.\d+)+)", text).group(1).split("."))


def release_text():
    """FRR's release, as it writes it: "8.4.4"."""
    return ".".join(map(str, release()))


# what stock bgpd does wrong: (first release that has it, first that has it no more, what)
REJECTED_STAYS = ((10, 2), (10, 6), "a BGP route installed while its interface comes up stays rejected, and announced")
LOST_COALESCING = ((0,), (10,), "a withdrawal is lost while the coalesce timer of a subgroup runs that was told something")
LOST_SPLITTING = ((0,), (99,), "a withdrawal that is queued is lost to a neighbour that is split from its subgroup")
VIEWS_STAY = ((10, 0), (10, 4), "`no router bgp ASN view NAME` finds no instance")


def stock_bug(bug):
    """True when this release of FRR has it."""
    return bug[0] <= release() < bug[1]


class BgpdDied(AssertionError):
    """bgpd closed the connection in the middle of a command."""


class Vty:
    """
    A connection to bgpd's vty socket, as vtysh uses it.

    Unlike vtysh it sends every line as it is, so nothing is checked before
    bgpd sees it, and several lines can be put into one write.
    """

    def __init__(self, path, timeout=60):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(timeout)
        self._socket.connect(str(path))
        self._buffer = b""
        self("enable")

    def __call__(self, line):
        """Send a line; returns (status, text)."""
        self.begin(line)
        return self.reply()

    def begin(self, line):
        """Send a line, and read nothing yet."""
        self._socket.sendall(line.encode() + b"\0")

    def lines(self, *lines):
        """Send lines one after the other; returns [(line, status, text)]."""
        return [(line, *self(line)) for line in lines]

    def burst(self, *lines):
        """Send all lines in one write; returns [(line, status, text)]."""
        self._socket.sendall(b"".join(line.encode() + b"\0" for line in lines))
        return [(line, *self.reply()) for line in lines]

    def reply(self):
        """(status, text) of the line that was sent."""
        while True:
            end = self._buffer.find(b"\0\0\0")
            if end >= 0 and len(self._buffer) >= end + 4:
                text, status = self._buffer[:end].decode(errors="replace"), self._buffer[end + 3]
                self._buffer = self._buffer[end + 4 :]
                return status, text.strip()
            try:
                data = self._socket.recv(1 << 16)
            except ConnectionResetError:
                data = b""
            if not data:
                raise BgpdDied("bgpd closed its vty socket: it died")
            self._buffer += data

    def close(self):
        """Hang up."""
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Router(Node):
    """
    A node with FRR.

    module      True: our module and the vtysh with our extension
                False: stock
                str or Path: another module, stock or extended vtysh by `extension`
    """

    def __init__(self, name, module=True, extension=None):
        super().__init__(name)
        self.module = product.module() if module is True else module
        self.extension = False
        self._vtysh_replaced = False
        self.module_arguments = ""
        self.boot_output = ""
        self.valgrind = False
        self._replace_vtysh(bool(module) if extension is None else extension)
        self.write("vtysh.conf", "service integrated-vtysh-config\n")

    # files

    @property
    def etc(self):
        """/etc/frr as the test sees it."""
        return self.dir / "etc"

    def write(self, name, text):
        """Write a file in /etc/frr with the owner it has on Debian."""
        path = self.etc / name
        path.write_text(text)
        shutil.chown(path, "frr", "frr")
        path.chmod(0o640)

    def read(self, name):
        """Read a file in /etc/frr."""
        return (self.etc / name).read_text()

    def _replace_vtysh(self, extended):
        if self._vtysh_replaced:
            self.run(["umount", product.VTYSH])
        path = product.vtysh(extended)
        if path is not None:
            self.run(["mount", "--bind", path, product.VTYSH])
        self._vtysh_replaced = path is not None
        self.extension = extended

    def install_extension(self):
        """Put the extended vtysh in the place of the stock one, in this node."""
        self._replace_vtysh(True)

    def remove_extension(self):
        """Back to the stock vtysh."""
        self._replace_vtysh(False)

    # daemons

    def pid_of(self, daemon):
        """Process id from the pid file, or None when it does not run."""
        try:
            pid = int((self.dir / "run" / f"{daemon}.pid").read_text())
            with open(f"/proc/{pid}/stat", encoding="ascii") as stream:
                state = stream.read().rsplit(")", 1)[1].split()[0]
        except (OSError, ValueError):
            return None
        return None if state in "ZX" else pid

    def _bgpd_environment(self):
        if not (product.ASAN and self.module):
            return {}
        log = "/var/log/frr"
        return {
            "LD_PRELOAD": product.sanitizer_library(),
            "ASAN_OPTIONS": f"detect_leaks=0:abort_on_error=1:log_path={log}/asan",
            "UBSAN_OPTIONS": f"print_stacktrace=1:log_path={log}/ubsan",
        }

    def bgpd_options(self, module=True):
        """Options of bgpd besides -d."""
        options = ["-A", "127.0.0.1", "--log", "file:/var/log/frr/bgpd.log", "--log-level", "debug"]
        if module and self.module:
            arguments = f":{self.module_arguments}" if self.module_arguments else ""
            options += ["-M", f"{self.module}{arguments}"]
        return options

    def start_daemon(self, daemon, *options, module=True, check=True):
        """Start one daemon as frrinit.sh does."""
        command, environment = [f"{FRR}/{daemon}", "-d"], {}
        if daemon == "bgpd":
            command += self.bgpd_options(module)
            environment = self._bgpd_environment()
            if self.valgrind:
                command = [
                    "valgrind",
                    "-q",
                    "--log-file=/var/log/frr/valgrind.%p",
                    "--vgdb=no",
                    "--leak-check=full",
                    "--show-leak-kinds=definite",
                    "--errors-for-leak-kinds=definite",
                    "--num-callers=30",
                    f"--suppressions={SUPPRESSIONS}",
                ] + command
        else:
            command += ["-A", "127.0.0.1", "--log", f"file:/var/log/frr/{daemon}.log"]
        result = self.run(command + list(options), check=False, env=environment)
        if check:
            if result.returncode != 0:
                raise AssertionError(f"{daemon} does not start: {result.stdout}{result.stderr}")
            wait_for(f"{daemon} answers", lambda: self._answers(daemon), 40)
        return result

    def _answers(self, daemon):
        try:
            with Vty(self.dir / "run" / f"{daemon}.vty"):
                return True
        except (OSError, BgpdDied):
            return False

    def stop_daemon(self, daemon, signum=signal.SIGTERM, timeout=20):
        """End one daemon by its process id."""
        pid = self.pid_of(daemon)
        if pid is None:
            return
        os.kill(pid, signum)
        try:
            wait_for(f"{daemon} ended", lambda: self.pid_of(daemon) is None, timeout, 0.02)
        except AssertionError:
            os.kill(pid, signal.SIGKILL)
            raise

    def start(self, config=None, daemons=("zebra", "staticd", "bgpd"), boot=True, check=True):
        """
        Write the configuration, start the daemons, run `vtysh -b`.

        mgmtd runs on when only bgpd was ended.

        check: fail when `vtysh -b` complains about a line
        """
        if config is not None:
            self.write("frr.conf", config)
        for daemon in MGMTD + tuple(daemons):
            if daemon not in MGMTD or self.pid_of(daemon) is None:
                self.start_daemon(daemon)
        if boot:
            result = self.run("vtysh -b", check=False)
            self.boot_output = result.stdout + result.stderr
            if check:
                assert result.returncode == 0, f"vtysh -b: {self.boot_output}"

    def start_with_file(self, config, daemons=("zebra", "bgpd")):
        """Start the daemons; bgpd reads the configuration itself (bgpd -f)."""
        self.write("bgpd-only.conf", config)
        for daemon in MGMTD + tuple(daemons):
            if daemon != "bgpd":
                self.start_daemon(daemon)
        self.start_daemon("bgpd", "-f", "/etc/frr/bgpd-only.conf")

    def start_watched(self, config, more=()):
        """Everything by frrinit.sh, with watchfrr, as on Debian; more: daemons beside bgpd."""
        self.write("frr.conf", config)
        environment = self._bgpd_environment()
        wrap = " ".join(["env"] + [f"{k}={v}" for k, v in environment.items()]) if environment else ""
        self.write(
            "daemons",
            DAEMONS.format(
                more="".join(f"{daemon}=yes\n" for daemon in more),
                bgpd_options=" ".join(self.bgpd_options()),
                bgpd_wrap=wrap,
                watchfrr_options="-i 1 --min-restart-interval 1 --max-restart-interval 2",
            ),
        )
        result = self.run([f"{FRR}/frrinit.sh", "start"], check=False, timeout=90)
        self.boot_output = result.stdout + result.stderr
        wait_for("bgpd answers", lambda: self._answers("bgpd"), 40)

    def restart_bgpd(self, module=True, boot=True, signum=signal.SIGTERM):
        """End bgpd, start it, give it its configuration (vtysh -b -d bgpd)."""
        self.stop_daemon("bgpd", signum)
        self.start_daemon("bgpd", module=module)
        if boot:
            result = self.run("vtysh -b -d bgpd", check=False)
            self.boot_output = result.stdout + result.stderr

    def stop(self):
        """End all daemons, watchfrr first."""
        for daemon in ("watchfrr", "bgpd", "bfdd", "staticd", "zebra", "mgmtd"):
            self.stop_daemon(daemon, timeout=60 if self.valgrind else 20)

    def close(self):
        """End the daemons and the namespaces."""
        try:
            self.stop()
        finally:
            super().close()

    def reports(self):
        """Text of all sanitizer and valgrind reports (definite errors)."""
        text = ""
        for path in sorted((self.dir / "log").iterdir()):
            if path.name.startswith(("asan", "ubsan", "valgrind")) and path.stat().st_size:
                text += f"--- {self.name}/{path.name}\n{path.read_text(errors='replace')}"
        return text

    def crashed(self):
        """Lines of the log that tell of a crash; those without a date are its backtrace."""
        log = self.dir / "log" / "bgpd.log"
        text = log.read_text(errors="replace") if log.exists() else ""
        return [l for l in text.splitlines() if re.search(r"Received signal (6|7|8|11)|assert|^BGP: ", l)]

    # commands

    def vty(self, daemon="bgpd"):
        """A raw connection to a daemon."""
        return Vty(self.dir / "run" / f"{daemon}.vty")

    def vtysh(self, *commands, check=False):
        """Run commands in vtysh; returns CompletedProcess."""
        argv = ["vtysh"]
        for command in commands:
            argv += ["-c", command]
        return self.run(argv, check=check)

    def show(self, command):
        """Text of a show command."""
        return self.vtysh(command).stdout

    def show_json(self, command):
        """Value of a show command that answers in JSON."""
        text = self.show(command)
        try:
            return json.loads(text)
        except ValueError as error:
            raise AssertionError(f"{command}: not JSON: {error}\n{text}") from None

    def configure(self, *lines):
        """Type lines after `configure terminal`, raw; returns [(line, status, text)]."""
        with self.vty() as vty:
            vty("configure terminal")
            return vty.lines(*lines)

    def running(self):
        """`show running-config` without its header lines."""
        text = self.show("show running-config")
        lines = [l for l in text.splitlines() if not l.startswith(("Building", "Current"))]
        return "\n".join(lines).strip() + "\n"

    def reload(self, config, test=False):
        """frr-reload.py with a new frr.conf; returns CompletedProcess."""
        self.write("frr.conf", config)
        way = "--test" if test else "--reload"
        return self.run(
            ["/usr/bin/python3", f"{FRR}/frr-reload.py", way, "--stdout", "/etc/frr/frr.conf"],
            check=False,
            timeout=120,
        )

    def established(self, address):
        """True when the session with a neighbour is up."""
        peers = self.show_json("show bgp neighbors json")
        return peers.get(address, {}).get("bgpState") == "Established"

    def best_paths(self):
        """Prefix -> list of paths, from the IPv4 unicast table."""
        return self.show_json("show bgp ipv4 unicast json").get("routes", {})
