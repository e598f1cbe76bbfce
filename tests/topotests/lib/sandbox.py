# SPDX-License-Identifier: GPL-2.0-or-later
"""
A session of its own: mount, PID and network namespaces around one command.

    caller ── sandbox (parent, forwards the end)
                └─ init (PID 1 in there: reaps, ends with the command)
                     └─ command
                          └─ routers, daemons ... (each router again in
                             network and mount namespaces of its own)

Nothing survives: when init ends, for whatever reason, the kernel kills every
process of the PID namespace, and with them go all network namespaces and all
tmpfs.  Everything that daemons write (/run, /etc/frr, /var/log/frr, /var/tmp)
is a tmpfs in there, so that the machine's own FRR is never touched.

AVS_PACKAGE=FILE.deb installs that package in there, by dpkg, onto writable
layers over /usr and /var that end with the sandbox.

Usage: sandbox.py COMMAND [ARGUMENT...]
"""
import ctypes
import os
import signal
import subprocess
import sys

MARK = "AVS_SANDBOX"
CLONE_NEWNS = 0x00020000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
RUN = "/run/avs-topotests"
PACKAGE = os.environ.get("AVS_PACKAGE")
LAYERS = "/run/avs-layers"

_libc = ctypes.CDLL(None, use_errno=True)


def _check(rc, what):
    if rc != 0:
        error = ctypes.get_errno()
        sys.exit(f"sandbox: {what}: {os.strerror(error)} (root is needed)")


def inside():
    """True when this process runs in a sandbox."""
    return os.environ.get(MARK) == "1"


def _layers():
    """Commands that make /usr and /var writable for the time of the sandbox."""
    yield f"mkdir {LAYERS}"
    yield f"mount -t tmpfs -o mode=755,size=1g tmpfs {LAYERS}"
    for name in ("usr", "var"):
        upper, work = f"{LAYERS}/{name}", f"{LAYERS}/{name}.work"
        yield f"mkdir {upper} {work}"
        yield f"mount -t overlay -o lowerdir=/{name},upperdir={upper},workdir={work} overlay /{name}"
    # its index of manual pages takes longer than all the rest
    yield "rm -f /var/lib/man-db/auto-update"


def _install():
    """The package, as an administrator installs it; its own words when it fails."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    result = subprocess.run(
        ["dpkg", "-i", PACKAGE], text=True, capture_output=True, env=environment, stdin=subprocess.DEVNULL
    )
    if result.returncode != 0:
        sys.exit(f"sandbox: dpkg -i {PACKAGE}:\n{result.stdout}{result.stderr}")


def _mounts():
    """Everything a daemon may write to becomes private and temporary."""
    commands = ["mount --make-rprivate /", "mount -t proc proc /proc", "mount -t tmpfs -o mode=755 tmpfs /run"]
    if PACKAGE:
        commands += _layers()
    for path in ("/etc/frr", "/var/log/frr", "/var/tmp"):
        if os.path.isdir(path):
            commands.append(f"mount -t tmpfs -o mode=755 tmpfs {path}")
    commands += [
        f"mkdir -p /run/netns /run/lock /run/frr /run/bird {RUN}",
        "chmod 1777 /run/lock",
        "ip link set lo up",
    ]
    for command in commands:
        subprocess.run(command.split(), check=True)
    if PACKAGE:
        _install()


def _init(argv):
    """PID 1: start the command, reap whatever dies, end with the command."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _mounts()
    main = os.fork()
    if main == 0:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ[MARK] = "1"
        try:
            os.execvp(argv[0], argv)
        except OSError as error:
            print(f"sandbox: {argv[0]}: {error}", file=sys.stderr)
            os._exit(127)
    while True:
        try:
            pid, status = os.wait()
        except InterruptedError:
            continue
        if pid == main:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def run(argv):
    """Run argv in a sandbox; returns its exit status."""
    _check(
        _libc.unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET), "unshare"
    )
    init = os.fork()
    if init == 0:
        try:
            _init(argv)
        finally:
            os._exit(126)

    def end(signum, _frame):
        os.kill(init, signal.SIGKILL)
        os.waitpid(init, 0)
        os._exit(128 + signum)

    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return os.waitstatus_to_exitcode(os.waitpid(init, 0)[1])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(run(sys.argv[1:]) & 0xFF)
