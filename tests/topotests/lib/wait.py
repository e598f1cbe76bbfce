# SPDX-License-Identifier: GPL-2.0-or-later
"""Waiting for conditions instead of sleeping."""
import time


class TimedOut(AssertionError):
    """The condition did not become true in time."""


def wait_for(what, condition, timeout=20.0, step=0.1):
    """
    Call condition() until it returns something true, and return that.

    what: says in the failure what was waited for; a callable is called then.
    """
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= end:
            text = what() if callable(what) else what
            raise TimedOut(f"not within {timeout:g} s: {text}")
        time.sleep(step)


def holds_for(what, condition, seconds, step=0.1):
    """condition() must stay true for so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not condition():
            text = what() if callable(what) else what
            raise AssertionError(f"did not hold for {seconds:g} s: {text}")
        time.sleep(step)
