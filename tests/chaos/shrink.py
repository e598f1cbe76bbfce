# SPDX-License-Identifier: GPL-2.0-or-later
"""A failing case cut down to what it needs: delta debugging over its steps, then over its lines."""


def smaller(items, fails):
    """A subset of items, in order, for which fails() is still true; 1-minimal if fails() is steady."""
    size = max(1, len(items) // 2)
    while items:
        start = 0
        while start < len(items):
            less = items[:start] + items[start + size :]
            if fails(less):
                items = less
            else:
                start += size
        if size == 1:
            break
        size //= 2
    return items


def shrink(case, fails, keep=()):
    """fails: case -> bool; keep: lines without which it is another question."""

    def attempt(**changed):
        return fails({**case, **changed})

    case = {**case, "steps": smaller(case["steps"], lambda s: attempt(steps=s))}
    kept = [line for line in case["avs"] if line in keep]
    rest = [line for line in case["avs"] if line not in keep]
    case = {**case, "avs": kept + smaller(rest, lambda a: attempt(avs=kept + a, steps=case["steps"]))}
    steps = []
    for number, step in enumerate(case["steps"]):
        if step[0] in ("type", "af") and len(step) > 2:
            after = case["steps"][number + 1 :]
            step = [step[0], *smaller(step[1:], lambda words, name=step[0], rest=after: bool(words) and attempt(
                steps=[*steps, [name, *words], *rest]))]
        steps.append(step)
    return {**case, "steps": steps}
