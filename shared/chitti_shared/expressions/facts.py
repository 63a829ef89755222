"""How what is known beside the bars is written: `{"fundamental": "pe"}`, `{"event": ["order_win", 3]}`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, get_args

from chitti_shared.contracts.news.language import EventType
from chitti_shared.contracts.signals.patterns import BY_NAME as PATTERNS
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions.nodes import Fact, Node, Placeholder
from chitti_shared.expressions.parameters import NAME
from chitti_shared.expressions.refusals import joined, listed, refusal, told
from chitti_shared.expressions.vocabulary import FACTS, MAX_BARS
from chitti_shared.names import nearest

Whole = Callable[[Any, str, int, int], "int | Placeholder"]  # of JSON, its path and bounds

EVENTS: tuple[str, ...] = get_args(EventType)


def parse_fact(name: str, given: Any, path: str, whole: Whole) -> Fact:
    """The fact that `given` behind its word means.

    Parameters
    ----------
    name : str
        A word of `FACTS`.
    given : JSON
    path : str
        Where `given` stands.
    whole : callable
        Reads a number of bars.

    Raises
    ------
    InvalidInput
        It names nothing that is known.
    """
    word = FACTS[name]
    if word.least_bars is None:
        return Fact(name, _subject(name, given, path))
    if not isinstance(given, list) or len(given) != 2:
        raise refusal(path, f"expected {word.form}, found {told(given)}", word.form)
    subject = _subject(name, given[0], joined(path, 0))
    return Fact(name, subject, whole(given[1], joined(path, 1), word.least_bars, MAX_BARS))


def refuse_fact(name: str, path: str) -> InvalidInput:
    """The error of a word that only rules may use."""
    return refusal(
        path,
        f"a strategy reads bars and articles, not {name}; a rule may read it, and backtest_rule tests the rule",
        f"no {', '.join(FACTS)}",
    )


def check_price_only(node: Node, reader: str, path: str) -> None:
    """Refuse what is no number of the bars under an indicator or a window of a rule. Errors: InvalidInput."""
    beside = sorted(node.needs - {"series"})
    if beside:
        raise refusal(
            path,
            f"{reader} is computed of prices and volume, and this reads {' and '.join(beside)}; "
            "ago, within, for and since work on anything",
            "an expression of prices and volume",
        )


def _subject(name: str, given: Any, path: str) -> str:
    if not isinstance(given, str):
        raise refusal(path, f"expected {FACTS[name].form}, found {told(given)}", FACTS[name].form)
    if name == "pattern":
        _check_known(given, PATTERNS, "pattern", path)
    elif name == "event":
        _check_known(given, EVENTS, "type of event", path)
    elif not NAME.fullmatch(given):
        raise refusal(
            path,
            f"expected the name of a metric such as pe or roe, found {told(given)}",
            "1 to 64 lower-case letters, digits and _, a letter first",
        )
    return given


def _check_known(given: str, known: Iterable[str], what: str, path: str) -> None:
    names = list(known)
    if given not in names:
        raise refusal(
            path, f"no {what} is called {told(given)}{nearest(given, names)}; there are {listed(names)}", f"a {what}"
        )
