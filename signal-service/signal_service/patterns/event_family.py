"""Kinds of events that one module finds, and the indicators they are found with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from signal_service.patterns.bars import Floats
from signal_service.patterns.history import History
from signal_service.patterns.rows import Form


@dataclass(frozen=True, slots=True)
class Column:
    """An indicator that mojo-compute computes.

    Parameters
    ----------
    label : str
        What the column is called here.
    indicator : str
    parameters : mapping
        Those that differ from the indicator's own defaults, or make plain what they are.
    output : str, optional
        Which of several outputs.
    """

    label: str
    indicator: str
    parameters: Mapping[str, Any]
    output: str | None = None

    @property
    def expression(self) -> dict[str, Any]:
        """The same in the language of rules."""
        said: dict[str, Any] = {self.indicator: dict(self.parameters)}
        return said if self.output is None else {**said, "output": self.output}


@dataclass(frozen=True, slots=True)
class EventFamily:
    """Parameters
    ----------
    forms : tuple of Form
        By the number that rows carry.
    columns : tuple of Column
        What `rows` reads beside the bars.
    rows : callable
        (history, columns by label) -> rows, shape (k, WIDTH). Columns are float64 of one value a bar, NaN where
        there is none.
    """

    forms: tuple[Form, ...]
    columns: tuple[Column, ...]
    rows: Callable[[History, Mapping[str, Floats]], Floats]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(form.name for form in self.forms)
