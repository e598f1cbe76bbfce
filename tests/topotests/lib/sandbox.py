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

_libc = ctypes.CDLL(None, use_errno=True)


def _check(rc, what):
    if rc != 0:
        error = ctypes.get_errno()
        sys.exit(f"sandbox: {what}: {os.strerror(error)} (root is needed)")


def inside():
    """True when this process runs in a sandbox."""
    return os.environ.get(MARK) == "1"


def _mounts():
    """Everything a daemon may write to becomes private and temporary."""
    commands = ["mount --make-rprivate /", "mount -t proc proc /proc"]
    for path in ("/run", "/etc/frr", "/var/log/frr", "/var/tmp"):
        if path == "/run" or os.path.isdir(path):
            commands.append(f"mount -t tmpfs -o mode=755 tmpfs {path}")
    commands += [
        f"mkdir -p /run/netns /run/lock /run/frr /run/bird {RUN}",
        "chmod 1777 /run/lock",
        "ip link set lo up",
    ]
    for command in commands:
        subprocess.run(command.split(), check=True)


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
