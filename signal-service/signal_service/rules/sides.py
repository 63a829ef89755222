"""A rule in one direction: what is judged, measured and remembered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from chitti_shared.expressions import Need, Node, describe_node, fingerprint, written

Kind = Literal["technical", "news", "fundamental", "combined"]
Direction = Literal["bullish", "bearish"]
RuleKey = tuple[str, Direction]

DIRECTIONS: tuple[Direction, ...] = ("bullish", "bearish")


@dataclass(frozen=True)
class RuleSide:
    """One rule in one direction, ready to be computed.

    Parameters
    ----------
    key : (str, str)
        The rule's name, and `bullish` or `bearish`: what its state and its alerts are kept under.
    kind : str
        What it looks at.
    says : str
        What holds when it does, in a few words.
    when : Node
        The condition, its parameters bound.
    needs : frozenset of str
        What it reads: "series", "news", "fundamentals", "patterns".
    events : frozenset of str
        The types of events it counts; empty where it reads articles of any type, or none.
    cooldown, horizon, expires : int
        Sessions in which it stays silent after an alert, after which an alert is found right or wrong, and
        after which an alert is over.
    """

    key: RuleKey
    kind: Kind
    says: str
    when: Node
    needs: frozenset[Need]
    events: frozenset[str]
    cooldown: int
    horizon: int
    expires: int

    @property
    def name(self) -> str:
        return self.key[0]

    @property
    def direction(self) -> Direction:
        return self.key[1]

    @property
    def reads_news(self) -> bool:
        return "news" in self.needs

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the condition: two that mean the same have the same. 64 hex digits."""
        return fingerprint(written(self.when))

    @cached_property
    def description(self) -> str:
        """The condition in English."""
        return describe_node(self.when)
