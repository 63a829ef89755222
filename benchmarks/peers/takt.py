"""ta-lib-takt in a process of its own: its module has the name of TA-Lib's, so both can't be in one.

Reads lines `FUNCTION CALLS COLUMN... -- PARAMETER...` and answers the seconds of each call.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from benchmarks.peers.libraries import FOLDER


class Takt:
    """The process; use as a context manager. It is given the arrays once."""

    def __init__(self, columns: dict[str, np.ndarray], folder: Path) -> None:
        self._file = folder / "columns.npz"
        np.savez(self._file, **columns)  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(FOLDER), str(self._file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def seconds(self, function: str, columns: Sequence[str], parameters: Sequence[float], calls: int) -> list[float]:
        """How long each of some calls took, as its own process measured it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = json.dumps([function, list(columns), list(parameters), calls])
        self._process.stdin.write(request + "\n")
        self._process.stdin.flush()
        taken: list[float] = json.loads(self._process.stdout.readline())
        return taken


_CHILD = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
import numpy as np
import talib
assert talib.__file__.startswith(sys.argv[1]), talib.__file__
columns = dict(np.load(sys.argv[2]))
for line in sys.stdin:
    name, inputs, parameters, calls = json.loads(line)
    function, arrays = getattr(talib, name), [columns[one] for one in inputs]
    taken = []
    for _ in range(calls):
        start = time.perf_counter()
        function(*arrays, *parameters)
        taken.append(time.perf_counter() - start)
    print(json.dumps(taken), flush=True)
"""
