# SPDX-License-Identifier: GPL-2.0-or-later
"""
Plan and explain, compared with what the receivers hold; both ways, at rest.

The plan is one for a route server, the wire is one for a neighbour: `explain` has to say of
each neighbour what stands between them.
"""
from .wait import TimedOut, wait_for

# states of a neighbour in explain: the prefix is there, it is not
THERE = {"told", "monitor"}
NOT_THERE = {"session-down", "closed", "refused", "policy"}
# what is in between is no rest


def differences(cell, shadow=False):
    """What plan, explain and the recorder of a Hub do not agree on: sentences."""
    dut, rec = cell.dut, cell.rec
    names = {s["address"]: s["name"] for s in cell.sessions}
    plan = {(e["routeServer"], e["prefix"]): e for e in dut.show_json("show bgp avs plan json")["planEntry"]}
    ribs = {name: set(rec.rib(name)) if rec.is_up(name) else set() for name in names.values()}
    learned = {r["prefix"] for r in dut.show_json("show bgp avs routes json")["learnedRoute"]}
    found = []
    for prefix in sorted({p for _, p in plan}.union(learned, *ribs.values())):
        for server in dut.show_json(f"show bgp avs explain {prefix} json")["routeServer"]:
            entry = plan.get((server["name"], prefix))
            for neighbor in server["neighbor"]:
                name, state = names[neighbor["address"]], neighbor["state"]
                what = f"{prefix} toward {name}: {state}, {neighbor['reason']}, plan {entry and entry['reason']}"
                if shadow:
                    if state not in ("shadow", "session-down"):
                        found.append(what)
                    continue
                if state not in THERE | NOT_THERE:
                    found.append(f"{what}: no rest")
                elif (prefix in ribs[name]) != (state in THERE):
                    found.append(f"{what}: on the wire {prefix in ribs[name]}")
                planned = bool(entry and entry["announced"])
                if state == "told" and not planned or state in ("refused", "monitor") and planned:
                    found.append(f"{what}: not as planned")
    return found


def agree(cell, timeout=10, **options):
    """Wait for a rest at which nothing differs."""
    last = []

    def look():
        last[:] = differences(cell, **options)
        return not last

    try:
        wait_for("plan, explain and wire agree", look, timeout, 0.3)
    except TimedOut as error:
        raise AssertionError("; ".join(last)) from error


def states(cell, prefix):
    """Name of the session -> what explain says of it and this prefix."""
    names = {s["address"]: s["name"] for s in cell.sessions}
    servers = cell.dut.show_json(f"show bgp avs explain {prefix} json")["routeServer"]
    return {names[n["address"]]: n["state"] for s in servers for n in s["neighbor"]}
