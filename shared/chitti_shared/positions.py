"""Places in the alert log, as clients hold them: `<epoch>-<seq>`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 64
LARGEST_SEQ = 2**63 - 1
FORM = re.compile(r"([0-9a-f]{16})-(0|[1-9][0-9]{0,18})")  # the dashboard reads positions by the same one


@dataclass(frozen=True, slots=True)
class Position:
    """After event `seq` of the log's life `epoch`; 0 is before the first.

    Only positions of one epoch have an order.
    """

    epoch: str
    seq: int

    @classmethod
    def parse(cls, text: str) -> Position | None:
        """The position that a text stands for; None: not one that a log ever gave."""
        match = FORM.fullmatch(text) if len(text) <= _LONGEST else None
        if match is None:
            return None
        seq = int(match[2])
        return cls(match[1], seq) if seq <= LARGEST_SEQ else None

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}"

    def reaches(self, other: Position) -> bool:
        """Whether everything up to `other` lies at or before this position."""
        return self.epoch == other.epoch and self.seq >= other.seq
