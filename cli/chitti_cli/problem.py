"""What a person at the terminal is told when something can't be done."""

from __future__ import annotations


class Problem(Exception):
    """A failure with its way out.

    Parameters
    ----------
    message : str
        What was found, in one sentence.
    hint : str, optional
        What to do about it, as a command where there is one.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
