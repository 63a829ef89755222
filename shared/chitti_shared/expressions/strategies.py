"""A strategy: rules for entries and exits, and the stops and prices around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chitti_shared.contracts.strategies import Execution
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions.binding import Values, bind, bind_whole
from chitti_shared.expressions.descriptions import describe_strategy, describe_values
from chitti_shared.expressions.measures import needs_news
from chitti_shared.expressions.nodes import Constant, Node, Placeholder, placeholders
from chitti_shared.expressions.parameters import Variable, parse_variables, values_of
from chitti_shared.expressions.parsing import Parser, check_size, check_values
from chitti_shared.expressions.refusals import joined, refusal, told
from chitti_shared.expressions.rules import check_keys, check_used
from chitti_shared.expressions.vocabulary import MAX_BARS
from chitti_shared.expressions.writing import fingerprint, written, written_variables, written_whole

RULES = ("entry", "exit", "short_entry", "short_exit")
STOPS = {"stop_loss": 1, "take_profit": 100, "trailing_stop": 1}  # and the bound of each as a fraction
PRICES = ("entry_limit", "entry_stop", "short_entry_limit", "short_entry_stop", "priority")
KEYS = ("name", "define", "parameters", *RULES, *STOPS, "max_bars", *PRICES)
_OPENED_BY = {
    "exit": "entry",
    "short_exit": "short_entry",
    "entry_limit": "entry",
    "entry_stop": "entry",
    "short_entry_limit": "short_entry",
    "short_entry_stop": "short_entry",
}
SETTINGS = frozenset(Execution.__struct_fields__)  # a request gives them beside the values of parameters
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Strategy:
    """Entries and exits of a long and a short side.

    Parameters
    ----------
    name : str
        What its author calls it.
    rules : mapping of str to Node
        Conditions under `entry`, `exit`, `short_entry`, `short_exit`, as far as given.
    stops : mapping of str to Node
        Under `stop_loss`, `take_profit`, `trailing_stop`: a `Constant` or `Placeholder` is a fraction of the entry
        price (of the best price since entry: `trailing_stop`), anything else a distance in rupees.
    max_bars : int, Placeholder or None
        Bars after which a position is closed.
    prices : mapping of str to Node
        Prices of the entry orders under `entry_limit`, `entry_stop`, `short_entry_limit`, `short_entry_stop`, and
        under `priority` which symbol enters first.
    variables : mapping of str to Variable
        Its parameters; none where it is bound.
    """

    name: str
    rules: Mapping[str, Node]
    stops: Mapping[str, Node]
    max_bars: int | Placeholder | None
    prices: Mapping[str, Node]
    variables: Mapping[str, Variable] = field(default_factory=dict)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every expression of it."""
        return (*self.rules.values(), *self.stops.values(), *self.prices.values())

    @property
    def canonical(self) -> dict[str, Any]:
        """The strategy's JSON in the one way to write it, without its name."""
        bars = {} if self.max_bars is None else {"max_bars": written_whole(self.max_bars)}
        variables = {"parameters": written_variables(self.variables)} if self.variables else {}
        parts = {**self.rules, **self.stops, **self.prices}
        return {**{key: written(node) for key, node in parts.items()}, **bars, **variables}

    @property
    def fingerprint(self) -> str:
        """Hash of `canonical`, 64 hex digits."""
        return fingerprint(self.canonical)

    @property
    def description(self) -> str:
        """The strategy in English, with its defaults."""
        return self.describe()

    def describe(self, parameters: Mapping[str, Any] | None = None) -> str:
        """The strategy in English, with its parameters' values: these, else the defaults. Errors: InvalidInput."""
        values = describe_values(self.variables, self.values(parameters))
        return describe_strategy(self.rules, self.stops, self.max_bars, self.prices) + values

    @property
    def direction(self) -> str:
        """The sides it trades: "long", "short" or "both"."""
        if "short_entry" not in self.rules:
            return "long"
        return "both" if "entry" in self.rules else "short"

    @property
    def needs(self) -> str:
        """What it looks at: "news", articles beside the bars, or "series", bars alone."""
        return "news" if needs_news(*self.nodes) else "series"

    def values(self, parameters: Mapping[str, Any] | None = None) -> dict[str, int | float]:
        """What each of its parameters is: as given, else its default. Errors: InvalidInput."""
        return values_of(self.variables, parameters, SETTINGS)

    def bind(self, parameters: Mapping[str, Any] | None = None) -> Strategy:
        """The strategy with its parameters' values: these, else the defaults.

        Raises
        ------
        InvalidInput
            A name that is not declared, a value out of bounds, or one that does not do where it stands.
        """
        values, done = self.values(parameters), dict[int, Node]()
        bars = self.max_bars
        return Strategy(
            self.name,
            {key: bind(node, values, done) for key, node in self.rules.items()},
            {key: _bind_stop(key, node, values) for key, node in self.stops.items()},
            None if bars is None else bind_whole(bars, values, 1, "max_bars"),
            {key: bind(node, values, done) for key, node in self.prices.items()},
        )


def parse_strategy(document: Any, path: str = "") -> Strategy:
    """Read a strategy.

    Parameters
    ----------
    document : JSON
        An object; docs/EXPRESSIONS.md has its form.
    path : str
        Where it stands in the request, such as `strategy`; errors begin with it.

    Raises
    ------
    InvalidInput
        It is no strategy; `details.field` says which part, such as `entry.all[1].<[0].rsi.period`.
    """
    check_values(document, path)
    if not isinstance(document, dict):
        raise refusal(path, f"expected a strategy with an entry, found {told(document)}", "an object")
    check_keys(document, KEYS, path, "strategy")
    given = {key: value for key, value in document.items() if value is not None}
    _check_sides(given, path)
    variables = parse_variables(given.get("parameters"), joined(path, "parameters"), SETTINGS)
    parser = Parser(variables, given.get("define"), joined(path, "define"))
    rules = {key: parser.parse(given[key], joined(path, key), "truth") for key in RULES if key in given}
    stops = {key: _stop(parser, key, given[key], joined(path, key)) for key in STOPS if key in given}
    prices = {key: parser.parse(given[key], joined(path, key), "number") for key in PRICES if key in given}
    bars = parser.whole(given["max_bars"], joined(path, "max_bars"), 1, MAX_BARS) if "max_bars" in given else None
    check_size({joined(path, key): node for key, node in {**rules, **stops, **prices}.items()})
    strategy = Strategy(_name(given.get("name", ""), joined(path, "name")), rules, stops, bars, prices, variables)
    used = placeholders(*strategy.nodes) | ({bars.name} if isinstance(bars, Placeholder) else set())
    check_used(variables, used, joined(path, "parameters"))
    strategy.bind()
    return strategy


def _check_sides(given: Mapping[str, Any], path: str) -> None:
    if "entry" not in given and "short_entry" not in given:
        raise refusal(joined(path, "entry"), "a strategy needs an entry or a short_entry", "entry or short_entry")
    for key, opener in _OPENED_BY.items():
        if key in given and opener not in given:
            raise refusal(joined(path, key), f"{key} without {opener} does nothing", opener)


def _stop(parser: Parser, key: str, document: Any, path: str) -> Node:
    node = parser.parse(document, path, "number")
    if isinstance(node, Constant):
        _check_fraction(key, node.value, path)
    return node


def _bind_stop(key: str, node: Node, values: Values) -> Node:
    if isinstance(node, Placeholder):
        _check_fraction(key, values[node.name], f"parameters.{node.name}")
    return bind(node, values)


def _check_fraction(key: str, value: float, path: str) -> None:
    most = STOPS[key]
    if 0 < value < most or (value == most and key == "take_profit"):
        return
    sign = "<=" if key == "take_profit" else "<"
    raise InvalidInput(
        f"{path}: {key} ({told(value)}) is a fraction of the price: 0.05 is 5 %",
        field=path,
        constraint=f"0 < {key} {sign} {most}",
    )


def _name(value: Any, path: str) -> str:
    if isinstance(value, str) and len(value) <= _LONGEST_NAME and value.isprintable():
        return value
    raise refusal(path, f"expected a name of at most {_LONGEST_NAME} letters, found {told(value)}", "a short text")
