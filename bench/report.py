# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables with ratios from what was measured."""
import functools

import measure

REFERENCE = "w1p"


def table(head, rows):
    """Columns as wide as they must be; None is a dash."""
    rows = [["-" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [head] + rows) for i in range(len(head))]
    lines = []
    for row in [head] + rows:
        lines.append("  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))))
    return "\n".join(lines) + "\n"


def ratio(value, reference):
    """Times the reference, or None."""
    return f"{value / reference:.2f}" if value and reference else None


def shown(value, form):
    """A number, or None."""
    return None if value is None else format(value, form)


def best(entries, name, routes, key):
    """Smallest of all rounds."""
    values = [e[key] for e in entries if e["workload"] == name and e["routes"] == routes and e.get(key) is not None]
    return min(values) if values else None


def names_of(entries):
    """In the order of their first appearance."""
    return list(dict.fromkeys(e["workload"] for e in entries))


def load_text(entries):
    """One table for each number of routes."""
    text = ""
    for routes in dict.fromkeys(e["routes"] for e in entries):
        rows = []
        for name in names_of(entries):
            least = functools.partial(best, entries, name, routes)
            cpu, reference = least("cpu"), best(entries, REFERENCE, routes, "cpu")
            single = least("single")
            rows.append(
                [
                    name,
                    shown(cpu and 1000 * cpu, ".1f"),
                    ratio(cpu, reference),
                    shown(least("wall") and 1000 * least("wall"), ".1f"),
                    shown(least("peak") / 1e6, ".1f"),
                    shown(least("bytesPerRoute"), ".0f"),
                    shown(single, ".2f"),
                    ratio(single, best(entries, "w1", routes, "single")),
                    shown(least("singleCpu") and 1000 * least("singleCpu"), ".2f"),
                    shown(least("announced"), "d"),
                    max(e["leaks"] for e in entries if e["workload"] == name and e["routes"] == routes),
                ]
            )
        head = ["workload", "CPU ms", "/w1p", "last ms", "peak MB", "B/route", "change ms", "/w1", "CPU ms", "sent"]
        text += f"{routes} routes (least of all rounds)\n" + table(head + ["leaks"], rows) + "\n"
    return text


def propagate_text(entries):
    """Through an appliance of the dual-VNet design."""
    text = ""
    for routes in dict.fromkeys(e["routes"] for e in entries):
        rows = []
        for name in names_of(entries):
            least = functools.partial(best, entries, name, routes)
            cpu, reference = least("cpu"), best(entries, "by-hand", routes, "cpu")
            rows.append([name, shown(cpu and 1000 * cpu, ".1f"), ratio(cpu, reference),
                         shown(least("wall") and 1000 * least("wall"), ".1f"),
                         ratio(least("wall"), best(entries, "by-hand", routes, "wall")),
                         shown(least("peak") / 1e6, ".1f"), shown(least("bytesPerRoute"), ".0f"),
                         shown(least("table"), "d")])
        head = ["workload", "CPU ms", "/by-hand", "last ms", "/by-hand", "peak MB", "B/route", "told"]
        text += f"{routes} routes to the other side (least of all rounds)\n" + table(head, rows) + "\n"
    return text


def slopes(entries):
    """Workload -> instructions per route."""
    found = {}
    for name in names_of(entries):
        small, large = sorted((e for e in entries if e["workload"] == name), key=lambda e: e["routes"])
        found[name] = measure.slope(small, large)
    return found


def instructions_text(entries):
    """Slopes, with ratios to each hand-written form."""
    found = slopes(entries)
    sizes = sorted({e["routes"] for e in entries})
    bases = [b for b in ("w1p", "w1s", "w1", "by-hand") if b in found]
    rows = [[n, f"{v:.0f}"] + [ratio(v, found[b]) for b in bases] for n, v in found.items()]
    head = ["workload", "instructions/route"] + ["/" + b for b in bases]
    return f"instructions of bgpd, slope from {sizes[0]} to {sizes[-1]} routes\n" + table(head, rows) + "\n"


def change_text(entries):
    """CPU of one supernet added and removed."""
    rows = []
    for e in entries:
        stock = [s for s in entries if s["workload"] == "w1s" and s["routes"] == e["routes"]]
        rows.append(
            [f"{e['workload']} {e['routes']}", f"{e['add']:.2f}", ratio(e["add"], stock[0]["add"] if stock else 0)]
            + [f"{e['remove']:.2f}", ratio(e["remove"], stock[0]["remove"] if stock else 0)]
        )
    head = ["one supernet, 10.0.0.0/10", "add CPU ms", "/w1s", "remove CPU ms", "/w1s"]
    return table(head, rows) + "\n"


def lines_text(entries):
    """Seconds for many lines."""
    rows = [[f"{e['way']} {e['lines']}", f"{e['read']:.2f}", f"{e['announced']:.2f}", e["table"]] for e in entries]
    return table(["lines of configuration", "read s", "announced s", "prefixes"], rows) + "\n"


def solver_text(entries):
    """The core alone."""
    rows = [
        [f"{e['routes']:.0f}", f"{e['table_ms']:.1f}", f"{e['change_us']:.1f}", f"{e['solve_ms']:.1f}"]
        + [f"{e['members']:.0f}", f"{e['peak_bytes'] / 1e6:.1f}"]
        for e in entries
    ]
    head = ["core alone, routes", "table ms", "change us", "solve ms", "supernets", "peak MB"]
    return table(head, rows) + "\n"


def holds_text(entries):
    """What keeps bgpd's loop, and for how long."""
    text = ""
    for case in dict.fromkeys(e["case"] for e in entries):
        rows = [
            [e["scenario"], f"{e['wall']:.1f}", f"{e['cpu']:.1f}", e["event"], f"{e['answer']:.0f}"]
            for e in entries
            if e["case"] == case and "wall" in e
        ]
        text += f"{case}: the longest event of ours\n"
        text += table(["scenario", "wall ms", "CPU ms", "event", "longest answer ms"], rows)
        text += "".join(f"idle: {e['load']:.2f} % of a core\n" for e in entries if e["case"] == case and "load" in e) + "\n"
    return text


TEXTS = {
    "load": load_text,
    "propagate": propagate_text,
    "instructions": instructions_text,
    "change": change_text,
    "lines": lines_text,
    "solver": solver_text,
    "holds": holds_text,
}


def text(result):
    """All tables."""
    return "\n" + "".join(make(result[key]) for key, make in TEXTS.items() if result.get(key))


def wrong(result):
    """Sentences: what makes the figures worthless."""
    found = []
    for key in ("load", "propagate", "instructions", "change", "holds"):
        for e in result.get(key, []):
            where = f"{key} {e['workload']} {e['routes']}" if "workload" in e else f"{key} {e['case']} {e['scenario']}"
            if e["leaks"]:
                found.append(f"{where}: {e['leaks']} leaks: {' '.join(e.get('leaked', []))}")
            if e.get("complete") is False:
                found.append(f"{where}: not everything that was expected was announced")
    return found
