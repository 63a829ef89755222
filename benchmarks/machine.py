"""What the figures were taken on."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import psutil

PACKAGES = ("fastapi", "uvicorn", "pydantic", "numpy", "grpcio", "pyzmq", "uvloop", "orjson", "pandas", "TA-Lib")


def processor() -> str:
    """The CPU's name as the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def describe() -> str:
    """One line: processor, cores, memory, system, Python and the peers' versions."""
    gigabytes = psutil.virtual_memory().total / 2**30
    peers = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = ".".join(map(str, sys.version_info[:3]))
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"{processor()}, {os.cpu_count()} cores, {gigabytes:.0f} GB, {system}, Python {python}, {peers}"
