"""Plots as files: SVG that takes its colours from the page it stands in, and PNG."""

from __future__ import annotations

import io
import re
from dataclasses import fields
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from chitti_cli.problem import Problem
from chitti_cli.report.plots import PAPER, PLOTS, TITLES, Palette
from chitti_cli.report.result import Result

# colours that stand for a role until the page's own take their place
_ROLES = {f"#0{number}f{number}c{number}": one.name for number, one in enumerate(fields(Palette), start=1)}
BY_ROLE = Palette(**{name: colour for colour, name in _ROLES.items()})
_COLOUR = re.compile("|".join(_ROLES))
_HEAD = re.compile(r"\A.*?(?=<svg)", re.DOTALL)
_SIZE = re.compile(r'(<svg[^>]*?) (?:width|height)="[^"]*"')
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_ID = re.compile(r' id="([^"]*)"')
_FONT = re.compile(r"font: ?([\d.]+px)[^;\"]*")


def as_svg(name: str, result: Result) -> str | None:
    """One plot as an element for a page; None where the run has nothing for it to show."""
    figure = PLOTS[name](result, BY_ROLE)
    if figure is None:
        return None
    with mpl.rc_context({"svg.hashsalt": name}):
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return dressed_for_a_page(text.getvalue(), TITLES[name])


def dressed_for_a_page(text: str, title: str) -> str:
    """An SVG document without its own size, font and colours, whose ids are only those it refers to."""
    text = _METADATA.sub("", _HEAD.sub("", text))
    for _ in range(2):
        text = _SIZE.sub(r"\1", text, count=1)
    text = text.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)
    text = _ID.sub(lambda found: found[0] if f"#{found[1]}" in text else "", text)
    text = _FONT.sub(r"font-size: \1", text)
    return _COLOUR.sub(lambda found: f"var(--{_ROLES[found[0]]})", text)


def write_plots(result: Result, folder: Path) -> list[Path]:
    """Write each plot that the run has something for as a PNG file of that name.

    Raises
    ------
    Problem
        The folder can't be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, draw in PLOTS.items():
            figure = draw(result, PAPER)
            if figure is not None:
                written.append(save(figure, TITLES[name], folder / f"{name}.png"))
    except OSError as error:
        raise Problem(f"can't write plots into {folder}: {error.strerror}") from error
    return written


def save(figure: Figure, title: str, path: Path) -> Path:
    """The plot with its title on white paper."""
    figure.patch.set_alpha(1.0)
    figure.patch.set_facecolor(PAPER.paper)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, color=PAPER.ink)
    figure.savefig(path, dpi=160)
    return path
