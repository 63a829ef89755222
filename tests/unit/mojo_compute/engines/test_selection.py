"""Engines: the order they are asked in, and life without compiled modules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from chitti_shared.errors import EngineUnavailable
from mojo_compute.engines import Engine, Engines, select

HIDDEN = """
import sys
from importlib.abc import MetaPathFinder

class Hide(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.startswith("mojo_compute.") and name.rpartition(".")[2].startswith("_"):
            raise ImportError(f"{name} is hidden")
        return None

sys.meta_path.insert(0, Hide())
from mojo_compute import indicators as ta
from mojo_compute.engines import available

engines = available()
assert engines.name == "numpy", engines
assert [one.name for one in engines.missing] == ["mojo", "cython"], engines.missing
prices = [float(10 + number % 7) for number in range(60)]
assert abs(ta.sma(prices, 7)[-1] - 13.0) < 1e-9
assert len(ta.macd(prices).histogram) == 60
assert len(ta.bollinger(prices).upper_band) == 60
assert 0 <= ta.rsi(prices)[-1] <= 100
assert ta.panel("ema", [prices, prices], period=5).shape == (2, 60)

sys.path.insert(0, sys.argv[1])
from chitti_shared.contracts.indicators import INDICATORS
from support.indicators import inputs_of
from support.markets import bars_about, walk

bars = bars_about(walk(1, 400))
for one in INDICATORS:
    ta.FUNCTIONS[one.name](*inputs_of(one, bars).values())
print("computed by", engines.name)
"""


def test_numpy_computes_everything_when_compiled_modules_cannot_be_imported():
    done = subprocess.run(
        [sys.executable, "-c", HIDDEN, str(Path(__file__).parents[3])],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "computed by numpy"), done.stderr


@pytest.mark.parametrize(
    ("setting", "chain", "missing"),
    [
        ("auto", ["cython", "numpy"], ["mojo"]),
        ("mojo", ["cython", "numpy"], ["mojo"]),
        ("cython", ["cython", "numpy"], []),
        ("numpy", ["numpy"], []),
    ],
)
def test_a_missing_engine_falls_to_the_next(setting, chain, missing):
    engines = select(setting)
    assert [one.name for one in engines.chain] == chain
    assert [one.name for one in engines.missing] == missing
    assert not engines.has_mojo


def test_an_engine_that_covers_part_leaves_the_rest_to_the_next():
    def kernel(*_arrays: object) -> None:
        """Stands for any."""

    engines = Engines((Engine("mojo", {"sma": kernel}), Engine("numpy", {"sma": kernel, "rsi": kernel})))
    assert engines.has_mojo
    assert (engines.kernel("sma")[0], engines.kernel("rsi")[0]) == ("mojo", "numpy")


def test_an_indicator_that_no_engine_has_is_unavailable():
    with pytest.raises(EngineUnavailable, match="numpy"):
        Engines((Engine("numpy", {}),)).kernel("sma")
