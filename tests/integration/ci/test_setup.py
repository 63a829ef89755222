"""`.ci/setup` in a checkout that holds nothing but what it reads."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

ROOT = Path(__file__).parents[3]
PROJECT = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "nothing"
version = "1"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout without a package to install or a kernel to build, at a path with a space."""
    checkout = tmp_path / "a checkout"
    for name in (".ci", "shared", "mojo-compute", "signal-service", "news-nlp", "core-api"):
        (checkout / name).mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "setup", checkout / ".ci")
    (checkout / "pyproject.toml").write_text(PROJECT)
    (checkout / "setup.py").write_text("from setuptools import setup\n\nsetup(packages=[])\n")
    (checkout / "requirements.lock").touch()
    (checkout / "requirements-dev.lock").touch()
    return checkout


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """An interpreter whose path has a space, with the setuptools of this environment in reach of its children."""
    link = tmp_path / "my programs" / "python3"
    link.parent.mkdir()
    link.symlink_to(Path(sys._base_executable))  # type: ignore[attr-defined]
    return link


def command(checkout: Path, **env: str) -> subprocess.Popen[str]:
    import setuptools

    # the checkout's locks name no package: the build backend comes from here
    path = str(Path(setuptools.__file__).parents[1])
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHON"}
    return subprocess.Popen(
        ["sh", str(checkout / ".ci" / "setup"), "runtime"],
        env={**inherited, "PYTHONPATH": path, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(checkout: Path, **env: str) -> str:
    process = command(checkout, **env)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return said


def test_two_calls_at_once_prepare_it_once_and_a_third_does_nothing(checkout: Path, python: Path):
    first = command(checkout, PYTHON=str(python))
    deadline = time.monotonic() + 60
    while not (checkout / ".venv").exists():
        assert first.poll() is None, first.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.01)
    second = command(checkout)
    said = [process.communicate(timeout=120)[0] for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], said
    assert said[0].count("Creating .venv") == 1
    assert said[1] == "Another shell prepares this checkout; waiting for it ...\n"
    assert run(checkout) == ""


def test_a_moved_checkout_and_an_upgraded_interpreter_get_a_new_environment(checkout: Path, python: Path):
    run(checkout, PYTHON=str(python))
    moved = checkout.rename(checkout.with_name("moved"))
    assert "Creating .venv" in run(moved, PYTHON=str(python))
    pip = subprocess.run([moved / ".venv" / "bin" / "pip", "--version"], capture_output=True, text=True, check=True)
    assert str(moved) in pip.stdout
    made = moved / ".venv" / ".made"
    made.write_text(made.read_text().replace("cpython-3", "cpython-2"))
    assert "Creating .venv" in run(moved)


def test_an_interpreter_that_is_none_is_refused(checkout: Path):
    process = command(checkout, PYTHON="/no such/python")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said == "PYTHON=/no such/python is not a Python >= 3.11\n"
    assert not (checkout / ".venv").exists()
