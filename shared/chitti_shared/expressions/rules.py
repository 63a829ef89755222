"""A rule: one condition, with the names it uses."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from chitti_shared.expressions.binding import bind
from chitti_shared.expressions.descriptions import describe_node, describe_values
from chitti_shared.expressions.nodes import Need, Node, placeholders
from chitti_shared.expressions.parameters import Variable, parse_variables, values_of
from chitti_shared.expressions.parsing import Parser, check_size, check_values
from chitti_shared.expressions.refusals import joined, refusal, told
from chitti_shared.expressions.writing import fingerprint, written, written_variables
from chitti_shared.names import nearest

_KEYS = ("when", "define", "parameters")


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition that is true, false or unknown on each bar, as far as that bar and those before it tell."""

    when: Node
    variables: Mapping[str, Variable]

    @property
    def canonical(self) -> dict[str, Any]:
        """The rule's JSON in the one way to write it."""
        variables = {"parameters": written_variables(self.variables)} if self.variables else {}
        return {"when": written(self.when), **variables}

    @property
    def needs(self) -> frozenset[Need]:
        """What it reads: of "series" (bars), "news", "fundamentals", "patterns"."""
        return self.when.needs

    @property
    def fingerprint(self) -> str:
        """Hash of `canonical`, 64 hex digits."""
        return fingerprint(self.canonical)

    @property
    def description(self) -> str:
        """The rule in English, with its defaults."""
        return self.describe()

    def describe(self, parameters: Mapping[str, Any] | None = None) -> str:
        """The rule in English, with its parameters' values: these, else the defaults. Errors: InvalidInput."""
        return f"when {describe_node(self.when)}{describe_values(self.variables, self.values(parameters))}"

    def values(self, parameters: Mapping[str, Any] | None = None) -> dict[str, int | float]:
        """What each of its parameters is: as given, else its default. Errors: InvalidInput."""
        return values_of(self.variables, parameters)

    def bind(self, parameters: Mapping[str, Any] | None = None) -> Node:
        """The condition with its parameters' values: these, else the defaults. Errors: InvalidInput."""
        return bind(self.when, self.values(parameters))


def parse_rule(document: Any, path: str = "") -> Rule:
    """Read a rule.

    Parameters
    ----------
    document : JSON
        A condition, or `{"when": condition, "define": {...}, "parameters": {...}}`.
    path : str
        Where it stands in the request; errors begin with it.

    Raises
    ------
    InvalidInput
        It is no rule; `details.field` says which part, such as `all[1].<[0].rsi.period`.
    """
    check_values(document, path)
    if not isinstance(document, dict) or "when" not in document:
        when = Parser({}, facts=True).parse(document, path, "truth")
        check_size({path: when})
        return Rule(when, {})
    check_keys(document, _KEYS, path, "rule")
    variables = parse_variables(document.get("parameters"), joined(path, "parameters"))
    parser = Parser(variables, document.get("define"), joined(path, "define"), facts=True)
    when = parser.parse(document["when"], joined(path, "when"), "truth")
    check_size({joined(path, "when"): when})
    check_used(variables, placeholders(when), joined(path, "parameters"))
    return Rule(when, variables)


def check_keys(document: Mapping[str, Any], keys: tuple[str, ...], path: str, what: str) -> None:
    """Refuse keys that a rule or strategy has not."""
    for key in document:
        if key not in keys:
            meant = nearest(key, keys)
            raise refusal(
                joined(path, key),
                f"a {what} has no {told(key)}; it has {', '.join(keys)}{meant}",
                f"of {', '.join(keys)}",
            )


def check_used(variables: Mapping[str, Variable], used: Container[str], path: str) -> None:
    """Refuse parameters that stand nowhere: whoever varied one would see that nothing changes."""
    for name in variables:
        if name not in used:
            raise refusal(joined(path, name), "is declared, and used nowhere", "used parameters")
