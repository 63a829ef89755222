"""Keys of a batch's results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from chitti_shared.contracts.indicators import Parameters
from chitti_shared.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Asked:
    """One indicator of a batch item; `parameters` is None where they are not valid."""

    name: str
    label: str | None
    parameters: Parameters | None


def labels_of(asked: Sequence[Asked]) -> list[str]:
    """A label for each: the caller's, else `sma` when alone of its name, else `sma_20`.

    Two that ask for the very same share a label.

    Raises
    ------
    InvalidInput
        One label means two different things.
    """
    distinct = {(one.name, _values(one)) for one in asked if one.label is None}
    times = Counter(name for name, _values_ in distinct)
    labels = [one.label or (one.name if times[one.name] == 1 else _spelled(one)) for one in asked]
    meaning: dict[str, tuple[str, str]] = {}
    for label, one in zip(labels, asked, strict=True):
        meant = one.name, _values(one)
        if meaning.setdefault(label, meant) != meant:
            raise InvalidInput(f"label {label!r} is given twice", field="label", constraint="labels are unique")
    return labels


def _values(one: Asked) -> str:
    if one.parameters is None:
        return "invalid"
    return "_".join(f"{value:g}" for value in one.parameters.values())


def _spelled(one: Asked) -> str:
    return f"{one.name}_{_values(one)}"
