# SPDX-License-Identifier: GPL-2.0-or-later
"""What is measured; every function returns a dictionary for the JSON file."""
import pathlib
import re
import statistics
import subprocess
import time

import feed
import workloads
from cell import Cell
from lib import product

# the tables of a daemon that grew: a command may take that long
WINDOW = 1.3


def config_of(name, supernets):
    """The daemon's configuration file."""
    return workloads.bird(supernets) if name == "bird" else workloads.frr(name, supernets)


def feed_it(cell, name, n, supernets, timeout=60):
    """Load n routes into a cell whose sessions are up."""
    until = workloads.expected(name, supernets)
    return cell.do(
        "load",
        n=n,
        allowed=workloads.allowed(name, supernets),
        until=until + ([feed.MARKER] if name == "bird" else []),
        exports=name == "bird",
        timeout=timeout,
    )


def load(name, n, singles):
    """CPU, memory and time of a load of n routes, then of single changes."""
    supernets = feed.supernets(n)
    with Cell(name, config_of(name, supernets)) as cell:
        cell.do("open")
        before, (resident, _) = cell.settle(), cell.memory()
        answer = feed_it(cell, name, n, supernets)
        cpu = cell.settle() - before
        now, peak = cell.memory()
        result = {
            "workload": name,
            "routes": n,
            "cpu": cpu,
            "peak": peak,
            "bytesPerRoute": (peak - resident) / n,
            "residentPerRoute": (now - resident) / n,
            "wall": answer["wall"],
            "sent": answer["sent"],
            "announced": answer["announced"],
            "table": answer["table"],
            "complete": answer["complete"],
            "leaks": answer["leaks"],
            "leaked": answer["leaked"],
        }
        if singles and name in workloads.CONDITIONAL:
            before = cell.settle()
            start = time.monotonic()
            answer = cell.do("single", rounds=singles, exports=name == "bird")
            used = cell.settle() - before
            result["single"] = statistics.median(answer["msec"])
            result["singleWorst"] = max(answer["msec"])
            result["singleCpu"] = max(0.0, used - idle(cell) * (time.monotonic() - start)) / singles
            result["leaks"] = answer["leaks"]
    return result


def idle(cell, seconds=1.0):
    """CPU seconds per second when nothing happens."""
    before = cell.cpu()
    time.sleep(seconds)
    return (cell.cpu() - before) / seconds


# ---- through an appliance of the dual-VNet design (P2) ----------------------


def dual_cell(name, wrap=()):
    """A cell whose sink is the appliance of the other side."""
    return Cell(name, workloads.dual(name), wrap, sink_as=workloads.OVERLAY_AS)


def feed_dual(cell, n, timeout=120):
    """Load n routes, until the other side has the last one."""
    return cell.do("load", n=n, until=[feed.MARKER], exports=True, timeout=timeout)


def propagate(name, n):
    """CPU, memory and time until the other side has n routes."""
    with dual_cell(name) as cell:
        cell.do("open")
        before, (resident, _) = cell.settle(), cell.memory()
        answer = feed_dual(cell, n)
        cpu = cell.settle() - before
        _, peak = cell.memory()
        return {
            "workload": name,
            "routes": n,
            "cpu": cpu,
            "wall": answer["wall"],
            "peak": peak,
            "bytesPerRoute": (peak - resident) / n,
            "table": answer["table"],
            # nothing of it may go back
            "leaks": answer["back"],
            "complete": answer["table"] == n + 1,
        }


# ---- one supernet added and removed (P6) -----------------------------------

CHANGES = {
    "w1s": ("address-family ipv4 unicast", "aggregate-address 10.0.0.0/10 summary-only"),
    "avs-supernets": (None, "avs advertise supernet 10.0.0.0/10"),
}


def change(name, n, rounds=3):
    """CPU milliseconds of adding and removing a supernet with n routes loaded."""
    family, line = CHANGES[name]
    stock = name not in workloads.MODULE
    # stock: w1n, so that this aggregate is the only one
    base = "w1n" if stock else name
    supernets = feed.supernets(n)
    added, removed, silent = [], [], []
    config = config_of(base, supernets).replace("10.0.0.0/8 ge 16", "10.0.0.0/8 ge 10")
    with Cell(base, config) as cell:
        cell.do("open")
        cell.do(
            "load",
            n=n,
            allowed=workloads.allowed(base, supernets) + ["10.0.0.0/10"],
            until=workloads.expected(base, supernets),
        )
        cell.settle()
        with cell.dut.vty() as vty:
            vty("configure terminal")
            vty("router bgp 64512")
            if family:
                vty(family)

            def cost(command, gone):
                before = cell.cpu()
                end = time.monotonic() + WINDOW
                if command:
                    status, text = vty(command)
                    if status:
                        raise AssertionError(f"{command}: {text}")
                    cell.do("wait", prefix="10.0.0.0/10", gone=gone)
                time.sleep(max(0.0, end - time.monotonic()))
                return 1000 * (cell.cpu() - before)

            for _ in range(rounds):
                silent.append(cost(None, None))
                added.append(cost(line, False))
                removed.append(cost("no " + line, True))
        leaks = cell.do("state")["leaks"]
    quiet = min(silent)
    return {
        "workload": name,
        "routes": n,
        "idle": quiet,
        "add": max(0.0, min(added) - quiet),
        "remove": max(0.0, min(removed) - quiet),
        "leaks": leaks,
    }


# ---- many lines (P7) ---------------------------------------------------------


def many_lines(count):
    """Lines of ours, a quarter supernets; the last is seen only when all before were read."""
    lines = workloads.avs_lines("avs-default", [])
    quarter = count // 4
    supernets = [f"10.{i // 4}.{i % 4 * 64}.0/18" for i in range(quarter)]
    lines += [f"avs advertise supernet {p} unconditional" for p in supernets]
    rest = count - len(lines)
    lines += [
        f"avs segment on-premises prefix 172.{16 + i // 4096}.{i // 16 % 256}.{i % 16 * 16}/28" for i in range(rest)
    ]
    return lines, supernets


def lines(count, way):
    """Seconds from the command to the last announcement, by `vtysh -f` or `bgpd -f`."""
    ours, supernets = many_lines(count)
    config = workloads.frr("avs-default", [])
    if way == "bgpd -f":
        start = time.monotonic()
        more = [line for line in ours if line not in workloads.avs_lines("avs-default", [])]
        with Cell("avs-default", workloads.frr("avs-default", [], more)) as cell:
            read = time.monotonic() - start
            cell.do("open")
            took = max(cell.do("wait", prefix=p)["at"] for p in supernets) - start
            table = cell.do("state")["table"]
    else:
        with Cell("avs-default", config) as cell:
            cell.do("open")
            cell.do("wait", prefix="0.0.0.0/0")
            cell.dut.write("more.conf", "router bgp 64512\n" + "".join(f" {l}\n" for l in ours))
            cell.settle()
            start = time.monotonic()
            result = cell.dut.run("vtysh -f /etc/frr/more.conf", check=False, timeout=300)
            read = time.monotonic() - start
            if result.returncode:
                raise AssertionError(result.stdout + result.stderr)
            took = max(cell.do("wait", prefix=p)["at"] for p in supernets) - start
            table = cell.do("state")["table"]
    return {"way": way, "lines": len(ours), "read": read, "announced": took, "table": table}


# ---- instructions (P1, P2) ----------------------------------------------------


def instructions(name, n, directory):
    """
    Instructions of bgpd for a load of n routes, start included, by callgrind;
    the file for annotation.  The end is not counted: a dump is written when
    bgpd begins to go down.  bgpd gives up root, so the directory is everybody's.
    """
    supernets = feed.supernets(n)
    out = pathlib.Path(directory) / f"callgrind.{name}.{n}"
    out.parent.chmod(0o1777)
    wrap = [
        "valgrind",
        "--tool=callgrind",
        f"--callgrind-out-file={out}",
        "--dump-before=bgp_terminate",
        "--vgdb=no",
        "--log-file=/dev/null",
    ]
    dual = name in workloads.PROPAGATE
    with dual_cell(name, wrap) if dual else Cell(name, config_of(name, supernets), wrap) as cell:
        cell.do("open", timeout=60)
        if dual:
            answer = feed_dual(cell, n, 300)
            answer |= {"complete": answer["table"] == n + 1, "leaks": answer["back"]}
        else:
            answer = feed_it(cell, name, n, supernets, timeout=300)
        cell.settle()
        cell.end(120)
    dump = out.with_name(out.name + ".1")
    text = dump.read_text(errors="replace")
    total = int(re.search(r"^(?:totals|summary): (\d+)", text, re.M).group(1))
    return {
        "workload": name,
        "routes": n,
        "instructions": total,
        "complete": answer["complete"],
        "leaks": answer["leaks"],
        "file": str(dump),
    }


def slope(small, large):
    """Instructions per route."""
    return (large["instructions"] - small["instructions"]) / (large["routes"] - small["routes"])


# ---- the solver alone (P5) -----------------------------------------------------


def solver(n, rounds=5):
    """Milliseconds of the automatic supernets of n contributors; no daemon."""
    program = product.build_dir() / "bench" / "solver"
    text = subprocess.run([program, str(n), str(rounds)], check=True, capture_output=True, text=True).stdout
    values = dict(line.split() for line in text.splitlines())
    return {key: float(value) for key, value in values.items()}
