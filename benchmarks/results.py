"""What a benchmark hands back, and how it is shown."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside its peer's.

    Parameters
    ----------
    what : str
        What was measured, with its size.
    ours, peer : float
        Medians in `unit`; `peer` is None where only the target counts.
    unit : str
        "ms", "us", "requests/s", "MB", "s".
    peer_name : str
        What the peer is.
    target : str
        The aim in words.
    met : bool or None
        Whether it was reached; None: no target.
    more_is_better : bool
        How `ratio` is taken.
    """

    what: str
    ours: float
    unit: str
    peer: float | None = None
    peer_name: str = ""
    target: str = ""
    met: bool | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times better ours is than the peer; None without a peer."""
        if self.peer is None:
            return None
        return self.ours / self.peer if self.more_is_better else self.peer / self.ours


def against(what: str, ours: float, peer: float, peer_name: str, *, unit: str, least_ratio: float) -> Row:
    """A row whose target is to be at least `least_ratio` times faster than the peer."""
    rate = unit.endswith("/s")
    ratio = ours / peer if rate else peer / ours
    target = f">= {least_ratio:g}x"
    return Row(what, ours, unit, peer, peer_name, target, ratio >= least_ratio, more_is_better=rate)


def below(what: str, ours: float, most: float, *, unit: str) -> Row:
    """A row whose target is to stay under `most`."""
    return Row(what, ours, unit, target=f"< {most:g} {unit}", met=ours < most)


def interleaved(
    calls: Mapping[str, Callable[[], object]], *, rounds: int, calls_per_round: int, warm_up: int = 20
) -> dict[str, list[float]]:
    """Seconds of every call of each contender, the contenders taking turns round by round.

    What slows the machine for a while then slows all of them alike.
    """
    for call in calls.values():
        for _ in range(warm_up):
            call()
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            for _ in range(calls_per_round):
                start = time.perf_counter()
                call()
                seconds[name].append(time.perf_counter() - start)
    return seconds


def median_ms(seconds: Sequence[float]) -> float:
    return statistics.median(seconds) * 1e3


def table(rows: Sequence[Row]) -> list[list[str]]:
    """Cells of a table: header first."""
    cells = [["what", "ours", "peer", "ratio", "target", "met"]]
    for row in rows:
        peer = f"{figure(row.peer)} {row.unit} ({row.peer_name})" if row.peer is not None else "-"
        ratio = f"{row.ratio:.2f}x" if row.ratio is not None else "-"
        met = {None: "-", True: "yes", False: "no"}[row.met]
        cells.append([row.what, f"{figure(row.ours)} {row.unit}", peer, ratio, row.target or "-", met])
    return cells


def figure(value: float) -> str:
    """Three significant digits, whole numbers from 100 on."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def markdown(rows: Sequence[Row]) -> str:
    header, *body = table(rows)
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(cells) + " |" for cells in body)])


def plain(rows: Sequence[Row]) -> str:
    cells = table(rows)
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
