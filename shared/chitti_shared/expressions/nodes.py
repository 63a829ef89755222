"""What a parsed expression is made of: a tree of frozen values, equal where they mean the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from chitti_shared.contracts.indicators import BY_NAME, Indicator

Kind = Literal["number", "truth"]
Need = Literal["series", "news", "fundamentals", "patterns"]

ARTICLES = frozenset({"articles", "sentiment"})
_NOTHING: frozenset[Need] = frozenset()
_NEEDED_BY: dict[str, Need] = {
    "fundamental": "fundamentals",
    "sector_rank": "fundamentals",
    "pattern": "patterns",
    "event": "news",
}


class Leaf:
    """What stands for itself."""

    size = 1
    depth = 1
    needs = _NOTHING

    @property
    def operands(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True)
class Constant(Leaf):
    """A number, or True or False, the same on every bar."""

    value: int | float | bool
    kind: Kind = field(init=False)  # a field, since True and 1 are equal but not the same

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", "truth" if isinstance(self.value, bool) else "number")

    is_bound = True


@dataclass(frozen=True)
class Placeholder(Leaf):
    """A number that is named, and given where the expression is bound."""

    name: str
    kind: Kind = "number"

    is_bound = False


@dataclass(frozen=True)
class Series(Leaf):
    """A column of the bars, a mean of some, or a part of their dates."""

    name: str
    kind: Kind = "number"

    is_bound = True
    needs = frozenset[Need]({"series"})


@dataclass(frozen=True)
class Fact(Leaf):
    """What is known of the symbol beside its bars: a word of `vocabulary.FACTS`.

    Parameters
    ----------
    name : str
        The word, such as `fundamental`.
    subject : str
        What it is asked of: a metric, a pattern, a type of event.
    bars : int, Placeholder or None
        How many bars it looks back over, where it does.
    """

    name: str
    subject: str
    bars: int | Placeholder | None = None
    kind: Kind = "number"

    @property
    def is_bound(self) -> bool:
        return not isinstance(self.bars, Placeholder)

    @property
    def needs(self) -> frozenset[Need]:  # type: ignore[override]
        return frozenset({_NEEDED_BY[self.name]})


@dataclass(frozen=True)
class Call:
    """One output of an indicator.

    Parameters
    ----------
    name : str
        The indicator's own name, not an alias.
    parameters : tuple of (str, number or Placeholder)
        Every declared parameter, in declared order.
    operands : tuple of Node
        Every declared input, in declared order.
    output : str
        Which of the declared outputs.
    """

    name: str
    parameters: tuple[tuple[str, int | float | Placeholder], ...]
    operands: tuple[Node, ...]
    output: str
    kind: Kind = "number"

    @property
    def indicator(self) -> Indicator:
        return BY_NAME[self.name]

    @cached_property
    def size(self) -> int:
        return 1 + sum(one.size for one in self.operands if not isinstance(one, Series))

    @cached_property
    def depth(self) -> int:
        return 1 + max((one.depth for one in self.operands if not isinstance(one, Series)), default=0)

    @cached_property
    def is_bound(self) -> bool:
        named = any(isinstance(value, Placeholder) for _name, value in self.parameters)
        return not named and all(one.is_bound for one in self.operands)

    @cached_property
    def needs(self) -> frozenset[Need]:
        return _NOTHING.union(*(one.needs for one in self.operands))


@dataclass(frozen=True)
class Operation:
    """An operator of `vocabulary.OPERATORS` on its operands, over so many `bars` where it has a window or a lag."""

    name: str
    operands: tuple[Node, ...]
    kind: Kind
    bars: int | Placeholder | None = None

    @cached_property
    def size(self) -> int:
        """How many nodes it has, itself among them."""
        return 1 + sum(one.size for one in self.operands)

    @cached_property
    def depth(self) -> int:
        return 1 + max((one.depth for one in self.operands), default=0)

    @cached_property
    def is_bound(self) -> bool:
        """Whether no placeholder is left."""
        return not isinstance(self.bars, Placeholder) and all(one.is_bound for one in self.operands)

    @cached_property
    def needs(self) -> frozenset[Need]:
        """What it reads beside numbers that are written in it."""
        own: frozenset[Need] = frozenset({"news"}) if self.name in ARTICLES else _NOTHING
        return own.union(*(one.needs for one in self.operands))


Node = Constant | Placeholder | Series | Fact | Call | Operation


def walk(*roots: Node) -> list[Node]:
    """Every node of the trees, each before its operands."""
    found: list[Node] = []
    waiting = list(reversed(roots))
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(reversed(node.operands))
    return found


def placeholders(*roots: Node) -> set[str]:
    """The names that stand for numbers anywhere in the trees."""
    found: set[str] = set()
    for node in walk(*roots):
        values: list[object] = [node]
        if isinstance(node, Call):
            values += [value for _name, value in node.parameters]
        elif isinstance(node, Operation | Fact):
            values.append(node.bars)
        found.update(one.name for one in values if isinstance(one, Placeholder))
    return found
