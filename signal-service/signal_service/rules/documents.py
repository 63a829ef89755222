"""Rules as data: a document in, a checked rule out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chitti_shared.expressions import Fact, Need, Node, Variable, walk
from chitti_shared.expressions.binding import bind
from chitti_shared.expressions.nodes import placeholders
from chitti_shared.expressions.parameters import check_name, parse_variables, values_of
from chitti_shared.expressions.parsing import Parser, check_size, check_values
from chitti_shared.expressions.refusals import joined, refusal, told
from chitti_shared.expressions.rules import check_keys, check_used
from chitti_shared.expressions.writing import written, written_variables

from signal_service.rules.reading import kind_of
from signal_service.rules.sides import DIRECTIONS, Direction, Kind, RuleSide

KEYS = (
    "name", "title", "why", "kind", "bullish", "bearish", "says", "define", "parameters",
    "cooldown", "horizon", "expires",
)  # fmt: skip
SESSIONS: dict[str, tuple[int, int]] = {"cooldown": (0, 250), "horizon": (1, 60), "expires": (1, 250)}
DEFAULT_SESSIONS = 5
LONGEST_TITLE = 100
LONGEST_WHY = 1_000


@dataclass(frozen=True, slots=True)
class RuleDocument:
    """A rule as its author wrote it, checked.

    Parameters
    ----------
    name, title, why : str
        What it is called in alerts, what it is called in lists, and what it is good for.
    kind : str
        What it looks at.
    conditions : mapping of direction to Node
        As written, parameters not yet in place.
    variables : mapping of str to Variable
        Its parameters.
    sides : tuple of RuleSide
        One for each direction it has, bullish first.
    cooldown, horizon, expires : int
        Sessions; see `RuleSide`.
    document : mapping
        The JSON as it was given.
    """

    name: str
    title: str
    why: str
    kind: Kind
    conditions: Mapping[Direction, Node]
    variables: Mapping[str, Variable]
    sides: tuple[RuleSide, ...]
    cooldown: int
    horizon: int
    expires: int
    document: Mapping[str, Any]

    @property
    def canonical(self) -> dict[str, Any]:
        """The document in the one way to write it: definitions and defaults written out."""
        return {
            "name": self.name,
            "title": self.title,
            "why": self.why,
            "kind": self.kind,
            **{direction: written(node) for direction, node in self.conditions.items()},
            "says": {side.direction: side.says for side in self.sides},
            **({"parameters": written_variables(self.variables)} if self.variables else {}),
            "cooldown": self.cooldown,
            "horizon": self.horizon,
            "expires": self.expires,
        }

    @property
    def needs(self) -> frozenset[Need]:
        """What its conditions read: "series", "news", "fundamentals", "patterns"."""
        return _needs(side.when for side in self.sides)

    def bound(self, parameters: Mapping[str, Any] | None) -> RuleDocument:
        """The rule with these values of its parameters; others keep their defaults. Errors: InvalidInput."""
        values = values_of(self.variables, parameters)
        sides = tuple(replace(side, when=bind(self.conditions[side.direction], values)) for side in self.sides)
        return replace(self, sides=sides)

    def side(self, direction: str | None = None) -> RuleSide:
        """The rule in a direction; without one, the only one it has.

        Raises
        ------
        InvalidInput
            It has no such direction, or two and none was named.
        """
        for side in self.sides:
            if side.direction == direction or (direction is None and len(self.sides) == 1):
                return side
        known = " and ".join(side.direction for side in self.sides)
        found = "none was named" if direction is None else f"found {direction}"
        raise refusal("direction", f"the rule {self.name} is {known}; {found}", f"one of {known}")


def parse_document(document: Any, path: str = "") -> RuleDocument:
    """Read a rule document; docs/SIGNALS.md has its form.

    Parameters
    ----------
    document : JSON
    path : str
        Where it stands in the request; errors begin with it.

    Raises
    ------
    InvalidInput
        It is none; `details.field` is the path of what is wrong, such as `bullish.all[1].<[0].rsi.period`.
    """
    check_values(document, path)
    if not isinstance(document, dict):
        raise refusal(path, f"expected an object with name and bullish or bearish, found {told(document)}", "an object")
    check_keys(document, KEYS, path, "rule document")
    if "name" not in document:
        raise refusal(joined(path, "name"), "a rule needs a name: its alerts bear it", "a name")
    name = document["name"]
    check_name(name, joined(path, "name"))
    variables = parse_variables(document.get("parameters"), joined(path, "parameters"))
    conditions = _conditions(document, variables, path)
    check_used(variables, placeholders(*conditions.values()), joined(path, "parameters"))
    sessions = {key: _sessions(document.get(key, DEFAULT_SESSIONS), key, joined(path, key)) for key in SESSIONS}
    title = _text(document.get("title", name.replace("_", " ")), joined(path, "title"), LONGEST_TITLE)
    why = _text(document.get("why", ""), joined(path, "why"), LONGEST_WHY)
    kind = kind_of(_needs(conditions.values()), document.get("kind"), joined(path, "kind"))
    says = _says(document.get("says"), conditions, joined(path, "says"))
    values = values_of(variables, None)
    sides = tuple(
        _side(name, kind, direction, bind(node, values), says.get(direction, title), sessions)
        for direction, node in conditions.items()
    )
    return RuleDocument(name, title, why, kind, conditions, variables, sides, **sessions, document=document)


def _conditions(document: dict[str, Any], variables: Mapping[str, Variable], path: str) -> dict[Direction, Node]:
    parser = Parser(variables, document.get("define"), joined(path, "define"), facts=True)
    found: dict[Direction, Node] = {
        direction: parser.parse(document[direction], joined(path, direction), "truth")
        for direction in DIRECTIONS
        if direction in document
    }
    if not found:
        raise refusal(
            joined(path, "bullish"), "a rule needs a condition under bullish, bearish or both", "bullish or bearish"
        )
    check_size({joined(path, direction): node for direction, node in found.items()})
    return found


def _side(name: str, kind: Kind, direction: Direction, when: Node, says: str, sessions: Mapping[str, int]) -> RuleSide:
    events = {node.subject for node in walk(when) if isinstance(node, Fact) and node.name == "event"}
    return RuleSide((name, direction), kind, says, when, when.needs, frozenset(events), **sessions)


def _needs(nodes: Iterable[Node]) -> frozenset[Need]:
    return frozenset(need for node in nodes for need in node.needs)


def _sessions(value: Any, key: str, path: str) -> int:
    least, most = SESSIONS[key]
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise refusal(path, f"expected {least} to {most} sessions, found {told(value)}", f"{least} to {most}")
    return value


def _says(given: Any, conditions: Mapping[Direction, Node], path: str) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise refusal(path, f"expected an object of texts by direction, found {told(given)}", "an object")
    check_keys(given, tuple(conditions), path, "rule's says")
    return {direction: _text(text, joined(path, direction), LONGEST_TITLE * 2) for direction, text in given.items()}


def _text(value: Any, path: str, longest: int) -> str:
    if isinstance(value, str) and len(value) <= longest and value.isprintable():
        return value
    raise refusal(path, f"expected a line of at most {longest} letters, found {told(value)}", "a short text")
