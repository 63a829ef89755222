"""The command line, as its user types it."""

from __future__ import annotations

import sys
from importlib.metadata import version

import pytest
from chitti_cli.__main__ import main


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    """The exit code and the output of `chitti` with these arguments."""
    monkeypatch.setattr(sys, "argv", ["chitti", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code, capsys.readouterr().out


def test_version_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    assert said(monkeypatch, capsys, "--version") == (0, f"chitti {version('trading-chitti')}\n")


def test_help_says_what_it_is_and_names_the_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    code, text = said(monkeypatch, capsys, "--help")
    assert code == 0
    assert "live alerts" in text
    assert "import-prices" in text
    assert "--version" in text
