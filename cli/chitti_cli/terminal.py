"""What `chitti up` shows: steps as they are done, then the daemons' warnings."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.status import Status

# a dependency that is down makes the same warning many times a second; the log files have them all
QUIET_S = 10.0
_STYLES = {"WARNING": "yellow", "ERROR": "bold red", "CRITICAL": "bold red", "INFO": "cyan"}


class Step:
    """A step under way; `note` becomes part of its closing line."""

    def __init__(self, text: str, status: Status) -> None:
        self.note = ""
        self._text = text
        self._status = status

    def now(self, what: str) -> None:
        """Show what it is at."""
        self._status.update(f"{escape(self._text)}: {escape(what)} ...")


class Terminal:
    """A person's view of the stack; plain lines where the output is not a terminal."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._told_at: dict[tuple[str, str, str], float] = {}

    @contextmanager
    def step(self, text: str) -> Iterator[Step]:
        """Show that `text` is being done, and how long it took."""
        started = time.monotonic()
        with self.console.status(f"{escape(text)} ...") as status:
            step = Step(text, status)
            yield step
        note = f": {escape(step.note)}" if step.note else ""
        self.line(f"[green]✓[/] {escape(text)}{note} [dim]({time.monotonic() - started:.1f} s)[/]")

    def say(self, text: str) -> None:
        """A remark within a step."""
        self.line(f"  [dim]{escape(text)}[/]")

    def line(self, markup: str) -> None:
        """One line of rich markup, never broken at the terminal's edge."""
        self.console.print(markup, soft_wrap=True, highlight=False)

    def report(self, level: str, name: str, text: str) -> None:
        """A warning or worse of one process; said again within seconds, it is not shown again."""
        # by its first words: the facts behind them differ from try to try
        key = (level, name, text.partition("(")[0])
        told_at = time.monotonic()
        self._told_at = {other: at for other, at in self._told_at.items() if told_at - at < QUIET_S}
        if level == "WARNING" and key in self._told_at:
            return
        self._told_at[key] = told_at
        now = datetime.now().astimezone()
        style = _STYLES.get(level, "")
        self.line(f"[dim]{now:%H:%M:%S}[/] [{style}]{level:<7}[/] {escape(name)}: {escape(text)}")
