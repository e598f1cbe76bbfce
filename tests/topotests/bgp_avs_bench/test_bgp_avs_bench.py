# SPDX-License-Identifier: GPL-2.0-or-later
"""
The benchmark runs, and nothing leaks in it.  Its figures are not looked at.
"""
import json
import pathlib
import subprocess
import sys

RUN = pathlib.Path(__file__).resolve().parents[3] / "bench" / "run"


def test_bench_works(tmp_path):
    """Stock, module and BIRD, few routes: complete announcements, no leak, a file of figures."""
    output = tmp_path / "bench.json"
    command = [sys.executable, "-B", RUN, "--tiny", "--part", "load", "--part", "propagate", "--part", "solver", "--output", output]
    for name in ("w1p", "avs-supernets", "bird", "by-hand", "avs-overlay"):
        command += ["--workload", name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(output.read_text())
    assert {e["workload"] for e in result["load"]} == {"w1p", "avs-supernets", "bird"}
    for entry in result["load"]:
        assert entry["complete"] and not entry["leaks"], entry
    assert {e["workload"] for e in result["propagate"]} == {"by-hand", "avs-overlay"}
    for entry in result["propagate"]:
        assert entry["complete"] and not entry["leaks"], entry
    assert result["solver"][0]["solve_ms"] > 0
    assert "avs-supernets" in done.stdout
