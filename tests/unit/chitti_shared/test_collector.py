"""The collector of cyclic garbage is told once to look at less, and more rarely."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import gc
from chitti_shared.collector import settle_garbage
class Node: pass
kept = [Node() for _ in range(1000)]
settle_garbage()
frozen, threshold = gc.get_freeze_count(), gc.get_threshold()
knot = Node()
knot.self = knot
del knot
print(frozen > 1000, threshold[0] >= 10_000, gc.collect() >= 1)
"""


def test_what_stands_is_left_out_and_cycles_are_still_found() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True"]
