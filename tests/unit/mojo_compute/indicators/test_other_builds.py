"""A build for any processor of the family, and one by another compiler, give the bits of this one."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from chitti_shared.contracts.indicators import INDICATORS
from mojo_compute import indicators as ta
from mojo_compute.engines import available
from mojo_compute.indicators import compute, resolve
from support.indicators import inputs_of
from support.markets import bars_about, walk

ROOT = Path(__file__).parents[4]
BUILDS = {
    "any processor": {"CHITTI_MARCH": "x86-64" if platform.machine() == "x86_64" else ""},
    "clang": {"CC": "clang", "CXX": "clang++"},
}
MATHEMATICAL = frozenset(
    {"acos", "asin", "atan", "cos", "cosh", "exp", "linearreg_angle", "ln", "log10", "sin", "sinh", "tan", "tanh"}
)
CALL = "from unit.mojo_compute.indicators.test_other_builds import write; import sys; write(sys.argv[1])"


def values() -> dict[str, np.ndarray]:
    """All outputs of all indicators: of a long series, and of a panel whose rows go in step."""
    found = {}
    bars = {name: np.round(one, 2) for name, one in bars_about(walk(61, 5_000), seed=61).items()}
    for indicator in INDICATORS:
        inputs, parameters = inputs_of(indicator, bars), resolve(indicator, {})
        for output, one in zip(
            indicator.outputs, compute(indicator, inputs, parameters, available()).outputs, strict=True
        ):
            found[f"{indicator.name} {output}"] = one
        rows = {name: one[:4_800].reshape(16, 300) for name, one in inputs.items()}
        panel = ta.panel(indicator.name, *rows.values())
        for output, one in zip(indicator.outputs, panel if isinstance(panel, tuple) else (panel,), strict=True):
            found[f"{indicator.name} {output}, panel"] = one
    return found


def write(path: str) -> None:
    """What the test's other process does."""
    np.savez(path, **values())


@pytest.fixture(params=BUILDS, ids=lambda name: name.replace(" ", "-"))
def built(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of the packages, built in that manner."""
    environment = BUILDS[request.param]
    if shutil.which(environment.get("CC", "cc")) is None:
        pytest.skip(f"{environment['CC']} is not installed")
    for root in ("shared", "mojo-compute"):
        shutil.copytree(ROOT / root, tmp_path / root, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    for name in ("setup.py", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    for root in ("signal-service", "news-nlp", "core-api", "cli"):  # which setup.py looks into
        (tmp_path / root).mkdir()
    shutil.copytree(ROOT / "build" / "cython", tmp_path / "build" / "cython")  # so that only the compiler has work
    subprocess.run(
        [sys.executable, "setup.py", "-q", "build_ext", "--inplace", "--parallel", "2"],
        cwd=tmp_path, env=os.environ | environment, check=True, capture_output=True, timeout=900,
    )  # fmt: skip
    return tmp_path


@pytest.mark.exhaustive
@pytest.mark.timeout(1200)
def test_gives_the_same_bits(built):
    path = built / "found.npz"
    packages = [built / "shared", built / "mojo-compute", ROOT / "tests"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, packages))}
    subprocess.run([sys.executable, "-c", CALL, path], cwd=built, env=environment, check=True, timeout=300)
    other = np.load(path)
    for name, expected in values().items():
        if name.split()[0] in MATHEMATICAL:  # the mathematical library's, which has a vector form on some processors
            np.testing.assert_allclose(other[name], expected, rtol=1e-12, err_msg=name)
        else:
            np.testing.assert_array_equal(other[name], expected, err_msg=name)
