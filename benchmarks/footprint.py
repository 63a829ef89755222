"""Memory of each process of the stack."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import psutil

from benchmarks.results import Row, below

MOST_MB = 500


def measure(pids: Mapping[str, int]) -> list[Row]:
    """Peak resident memory where the system tells it, else the present one; one row a process."""
    return [below(f"memory of {name}, peak", peak_mb(pid), MOST_MB, unit="MB") for name, pid in pids.items()]


def peak_mb(pid: int) -> float:
    """Peak resident set of a process in MB; PostgreSQL's shared buffers count where touched."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return float(psutil.Process(pid).memory_info().rss) / 2**20
