"""Questions to a snapshot: criteria, an order, a page."""

from __future__ import annotations

import base64
import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np
from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest
from chitti_shared.universe import INDUSTRY_NAMES, current_symbol
from numpy.typing import NDArray

from signal_service.kernels._screening import first_of, select_into
from signal_service.screening.fields import SYNONYMS, missing_figure
from signal_service.screening.snapshot import Snapshot

Op = Literal[">", ">=", "<", "<=", "=", "!=", "between", "in"]
Value = float | str | list[float | str]

# Codes of the kernel, and what each op becomes under `none`
_CODES = {"<": 0, "<=": 1, ">": 2, ">=": 3, "=": 4, "!=": 5, "between": 6, "outside": 7, "in": 8, "not in": 9}
_OPPOSITES = {
    "<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "=", "between": "outside", "in": "not in",
}  # fmt: skip
_OF_CATEGORIES = ("=", "!=", "in")
_LONGEST_CURSOR = 512


@dataclass(frozen=True, slots=True)
class Criterion:
    """`field op value`: the value is a number, another field, names of a category, or a list of what fits."""

    field: str
    op: Op
    value: Value


@dataclass(frozen=True, slots=True)
class Query:
    """All of `every`, one of `some` (if there are any), none of `none`; then an order, and a page of it.

    A value that is not known matches no criterion, and neither the opposite of one.
    """

    every: tuple[Criterion, ...] = ()
    some: tuple[Criterion, ...] = ()
    none: tuple[Criterion, ...] = ()
    sort: str = "symbol"
    descending: bool = False
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Places of the page's symbols in the snapshot, how many match in all, where the next page begins."""

    rows: list[int]
    matched: int
    cursor: str | None


@dataclass(frozen=True, slots=True)
class _Term:
    """A criterion as the kernel has it."""

    left: int
    right: int
    code: int
    low: float
    high: float
    members: tuple[float, ...]


def run(query: Query, snapshot: Snapshot) -> Found:
    """Answer a question.

    Raises
    ------
    InvalidInput
        An unknown field or category (with the nearest name), a value that doesn't fit, a cursor of another question.
    """
    every = [_term(one, snapshot, f"criteria[{i}]", "") for i, one in enumerate(query.every)]
    every += [_term(one, snapshot, f"none[{i}]", "none") for i, one in enumerate(query.none)]
    some = [_term(one, snapshot, f"any[{i}]", "") for i, one in enumerate(query.some)]
    sort = field_name(query.sort, snapshot, "sort")
    resumed = _position(query, sort, snapshot)
    if not len(snapshot):
        return Found([], 0, None)
    bits = np.empty((len(snapshot) + 63) // 64, dtype=np.uint64)
    matched = _select(snapshot, [*every, *some], len(every), bits)
    key, after = resumed or (math.nan, -1)
    keys = snapshot.column(sort)
    rows = first_of(bits, keys, query.descending, query.limit + 1, resumed is not None, key, after)
    if len(rows) <= query.limit:
        return Found(rows, matched, None)
    rows = rows[: query.limit]
    return Found(rows, matched, _cursor(query, sort, snapshot, rows[-1]))


def field_name(name: str, snapshot: Snapshot, path: str) -> str:
    """The field that a name means. Errors: InvalidInput with the nearest names."""
    name = SYNONYMS.get(name, name)
    if name not in snapshot.places:
        figure = missing_figure(name)
        found = (
            f"no field is called {name[:80]!r}{nearest(name, snapshot.places)}"
            if figure is None
            else f"no company has the figure {figure!r} yet: import_fundamentals brings figures"
        )
        raise InvalidInput(
            f"{path}: {found}; list_screen_fields names all {len(snapshot.places)} fields",
            field=path,
            constraint="a field of list_screen_fields",
        )
    return name


def _term(criterion: Criterion, snapshot: Snapshot, path: str, negated: str) -> _Term:
    name = field_name(criterion.field, snapshot, f"{path}.field")
    left = snapshot.places[name]
    op: str = _OPPOSITES[criterion.op] if negated else criterion.op
    code = _CODES[op]
    value = criterion.value
    if name in snapshot.categories:
        return _of_category(criterion, name, snapshot, path, code)
    if criterion.op == "between":
        low, high = _bounds(value, f"{path}.value")
        return _Term(left, -1, code, low, high, ())
    if criterion.op == "in":
        return _Term(left, -1, code, 0.0, 0.0, tuple(_numbers(value, f"{path}.value")))
    if isinstance(value, str):
        other = field_name(value, snapshot, f"{path}.value")
        if other in snapshot.categories:
            raise _unfit(f"{path}.value", f"{other} is a category, {name} a number", "a number or a field of numbers")
        return _Term(left, snapshot.places[other], code, 0.0, 0.0, ())
    if isinstance(value, list):
        raise _unfit(f"{path}.value", f"{criterion.op} takes one value, found a list of {len(value)}", "one value")
    return _Term(left, -1, code, float(value), 0.0, ())


def _of_category(criterion: Criterion, name: str, snapshot: Snapshot, path: str, code: int) -> _Term:
    if criterion.op not in _OF_CATEGORIES:
        raise _unfit(f"{path}.op", f"{name} is a category, {criterion.op} compares numbers", "=, != or in")
    given = criterion.value if isinstance(criterion.value, list) else [criterion.value]
    if isinstance(criterion.value, list) and criterion.op != "in":
        raise _unfit(f"{path}.value", f"{criterion.op} takes one name, found a list", "one name")
    known = {one.casefold(): number for number, one in enumerate(snapshot.categories[name])}
    numbers = []
    for one in given:
        meant = _meant(str(one), name).casefold()
        if meant not in known:
            words = [*snapshot.categories[name], *(INDUSTRY_NAMES if name == "industry" else ())]
            raise _unfit(
                f"{path}.value",
                f"no {name} is called {str(one)[:80]!r}{nearest(str(one), words)}",
                f"the name of an {name}" if name == "industry" else f"a {name} of the snapshot",
            )
        numbers.append(float(known[meant]))
    left = snapshot.places[name]
    if criterion.op == "in":
        return _Term(left, -1, code, 0.0, 0.0, tuple(numbers))
    return _Term(left, -1, code, numbers[0], 0.0, ())


def _meant(text: str, name: str) -> str:
    """What people call an industry, and symbols of before, as the snapshot has them."""
    if name == "symbol":
        return current_symbol(text.upper())
    by_letters = {short.casefold(): full for short, full in INDUSTRY_NAMES.items()}
    return by_letters.get(text.casefold(), text)


def _bounds(value: Value, path: str) -> tuple[float, float]:
    numbers = _numbers(value, path)
    if len(numbers) != 2 or numbers[0] > numbers[1]:
        raise _unfit(path, f"between takes two numbers that rise, found {numbers}", "[low, high]")
    return numbers[0], numbers[1]


def _numbers(value: Value, path: str) -> list[float]:
    if not isinstance(value, list):
        raise _unfit(path, f"expected a list of numbers, found {value!r}", "a list of numbers")
    wrong = [one for one in value if isinstance(one, str)]
    if wrong:
        raise _unfit(path, f"expected a list of numbers, found {wrong[0][:80]!r} in it", "a list of numbers")
    return [float(one) for one in value]


def _unfit(path: str, what: str, constraint: str) -> InvalidInput:
    return InvalidInput(f"{path}: {what}", field=path, constraint=constraint)


def _select(snapshot: Snapshot, terms: Sequence[_Term], all_of: int, bits: NDArray[np.uint64]) -> int:
    """Mark the symbols that match all of the first terms, and one of the rest if there are any."""
    members = [one for term in terms for one in term.members]
    return select_into(
        snapshot.values,
        np.array([one.left for one in terms], dtype=np.int64),
        np.array([one.right for one in terms], dtype=np.int64),
        np.array([one.code for one in terms], dtype=np.int64),
        np.array([one.low for one in terms], dtype=np.float64),
        np.array([one.high for one in terms], dtype=np.float64),
        np.array(members or [0.0], dtype=np.float64),
        np.cumsum([0, *(len(term.members) for term in terms)], dtype=np.int64),
        all_of,
        bits,
    )


def _cursor(query: Query, sort: str, snapshot: Snapshot, last: int) -> str:
    """Where a page ended: by what its rows are called, as their numbers are another snapshot's tomorrow."""
    value = float(snapshot.column(sort)[last])
    names = snapshot.categories.get(sort)
    key = None if math.isnan(value) else value if names is None else names[int(value)]
    told = [sort, query.descending, key, snapshot.symbols[last]]
    return base64.urlsafe_b64encode(msgspec.json.encode(told)).decode()


def _position(query: Query, sort: str, snapshot: Snapshot) -> tuple[float, int] | None:
    """Behind which key and row the page begins; None: it is the first."""
    if query.cursor is None:
        return None
    told = _told(query.cursor)
    names = snapshot.categories.get(sort)
    if told is None:
        raise _unfit("cursor", "it is not one that screen gave", "next_cursor of a reply")
    ordered_by, descending, key, symbol = told
    if (ordered_by, descending) != (sort, query.descending):
        raise _unfit("cursor", f"it is of a screen ordered by {ordered_by[:80]!r}", "the sort of its reply")
    if key is not None and isinstance(key, str) != (names is not None):
        raise _unfit("cursor", "it is not one that screen gave", "next_cursor of a reply")
    after = bisect_right(snapshot.symbols, symbol) - 1
    if isinstance(key, str):
        return _place(key, names or ()), after
    return (math.nan if key is None else key), after


def _place(name: str, names: Sequence[str]) -> float:
    """The number of a name; of one that is gone a number between those of its neighbours."""
    place = bisect_left(names, name)
    return float(place) if place < len(names) and names[place] == name else place - 0.5


def _told(cursor: str) -> tuple[str, bool, float | str | None, str] | None:
    """What a cursor holds; None: it is none."""
    if len(cursor) > _LONGEST_CURSOR:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode())
        return msgspec.json.decode(text, type=tuple[str, bool, float | str | None, str])
    except (ValueError, msgspec.DecodeError):
        return None
