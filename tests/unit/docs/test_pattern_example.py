"""The example of docs/SIGNALS.md that finds chart patterns runs, and finds what the page says of one."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

PAGE = (Path(__file__).parents[3] / "docs" / "SIGNALS.md").read_text(encoding="utf-8")
# a fall, two lows at one level with a high between, and a rise above it
TURNS = [(0, 160.0), (40, 100.0), (60, 120.0), (80, 100.0), (110, 140.0)]


def test_the_example_prints_the_pattern_and_its_points(capsys):
    (example,) = (one for one in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "find_patterns" in one)
    bars = np.arange(TURNS[-1][0])
    close = np.interp(bars, *zip(*TURNS, strict=True))
    known = {"close": close, "open": close, "high": close + 0.8, "low": close - 0.8, "volume": np.full(len(bars), 1e5)}
    exec(example, known)
    head, *points = capsys.readouterr().out.splitlines()
    assert head.startswith("double_bottom")
    assert [line.split()[-1] for line in points] == ["first_low", "neckline", "second_low", "breakout"]
