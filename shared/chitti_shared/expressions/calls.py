"""How an indicator is written: `{"rsi": 14}`, `{"macd": {"fast_period": 8}, "output": "signal_line"}`."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.contracts.indicators.parameters import resolve
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions.nodes import Placeholder
from chitti_shared.expressions.refusals import joined, refusal, told
from chitti_shared.expressions.vocabulary import COLUMNS
from chitti_shared.names import nearest

_OF = "of"
_PARAM = "param"


class CallForm:
    """What stands behind an indicator's name, taken apart.

    Parameters
    ----------
    name : str
        The indicator, or an alias of it.
    given : JSON
        Its first parameter, or an object of parameters and `of`: the expression that it is computed of, or where
        it has several inputs an object of these.
    path : str
    """

    def __init__(self, name: str, given: Any, path: str) -> None:
        self.path = path
        self.indicator = indicator = BY_NAME[name]
        if indicator.repaints:
            raise refusal(
                path,
                f"{name} repaints: later bars change its earlier values, so a test would see the future",
                "an indicator that does not repaint",
            )
        if not isinstance(given, dict) or given.keys() == {_PARAM}:
            given = {self._first(given): given}
        self._of = given.get(_OF)
        self._has_of = _OF in given
        self.parameters: dict[str, Any] = {key: value for key, value in given.items() if key != _OF}
        self.inputs = self._inputs()

    def input_path(self, series: str) -> str:
        """Where an input's expression stands."""
        alone = len(self.indicator.inputs) == 1
        return joined(self.path, _OF) if alone else joined(self.path, _OF, series)

    def resolved(
        self, written: Mapping[str, Any], defaults: Mapping[str, int | float]
    ) -> tuple[tuple[str, int | float | Placeholder], ...]:
        """Every declared parameter, checked; one that is named keeps its name, its default being in bounds."""
        numbers = {
            key: defaults[value.name] if isinstance(value, Placeholder) else value for key, value in written.items()
        }
        try:
            found = resolve(self.indicator, numbers)
        except InvalidInput as error:
            path = joined(self.path, str(error.details["field"]))
            raise refusal(path, error.message, str(error.details["constraint"])) from error
        named: dict[str, Placeholder] = {}
        for one in self.indicator.parameters:
            key = one.name if written.get(one.name) is not None else one.shorthand
            value = written.get(key) if key else None
            if isinstance(value, Placeholder):
                named[one.name] = value
        return tuple((name, named.get(name, value)) for name, value in found.items())

    def output(self, name: Any, given: bool, path: str) -> str:
        """The output that is meant: the only one, or the one that is named."""
        outputs = self.indicator.outputs
        listed = ", ".join(outputs)
        if not given:
            if len(outputs) == 1:
                return outputs[0]
            raise refusal(self.path, f"has {len(outputs)} outputs; name one in output: {listed}", f"one of {listed}")
        if not isinstance(name, str) or name not in outputs:
            meant = nearest(name, outputs) if isinstance(name, str) else ""
            raise refusal(
                path, f"{self.indicator.name} has no output {told(name)}; it has {listed}{meant}", f"one of {listed}"
            )
        return name

    def _first(self, given: Any) -> str:
        fits = isinstance(given, Real | dict) and not isinstance(given, bool)
        if fits and self.indicator.parameters:
            return self.indicator.parameters[0].name
        first = " or its first parameter" if self.indicator.parameters else ""
        raise refusal(self.path, f"expected an object of parameters{first}, found {told(given)}", "parameters")

    def _inputs(self) -> dict[str, Any]:
        names, given = self.indicator.inputs, self._of
        if not self._has_of:
            given = {}
        elif len(names) == 1:
            return {names[0]: given}
        elif not isinstance(given, dict):
            raise refusal(
                joined(self.path, _OF),
                f"{self.indicator.name} reads {', '.join(names)}: expected an object of these, found {told(given)}",
                f"an object of {', '.join(names)}",
            )
        if unknown := [name for name in given if name not in names]:
            raise refusal(
                joined(self.path, _OF),
                f"{self.indicator.name} reads no {told(unknown[0])}; it reads {', '.join(names)}"
                f"{nearest(str(unknown[0]), names)}",
                f"of {', '.join(names)}",
            )
        if missing := [name for name in names if name not in given and name not in COLUMNS]:
            raise refusal(
                self.path,
                f"{self.indicator.name} reads {', '.join(missing)}, which bars don't have: give it in of",
                f"of: {', '.join(missing)}",
            )
        return {name: given.get(name, name) for name in names}
