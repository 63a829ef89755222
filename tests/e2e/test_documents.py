"""What the README tells a reader to run does what it says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from chitti_shared.testing.stack import LiveStack

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stack"), pytest.mark.timeout(180)]

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The README's code blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_each_python_example_runs_and_prints(stack: LiveStack, number: int):
    done = subprocess.run(
        [sys.executable, "-c", blocks("python")[number]],
        env=stack.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


def test_each_call_of_the_command_line_is_answered(stack: LiveStack, chitti: Any):
    calls = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("chitti call ")]
    assert calls
    for line in calls:
        done = chitti(*shlex.split(line)[1:], stack=stack)
        assert (done.returncode, done.stderr) == (0, ""), line
