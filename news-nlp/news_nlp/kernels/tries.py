"""Phrase tables while they grow, before the scanner writes them flat."""

from __future__ import annotations

from collections.abc import Iterable


class Tries:
    """One trie over word numbers for each table.

    Parameters
    ----------
    tables : int
        How many; table `i` begins in state `i`.
    first_word : int
        The smaller numbers are no words of a text.

    Attributes
    ----------
    words : dict
        Hash of each word to its number.
    edges : list of dict
        By state, from a word's number to the state behind it.
    ends : list of int
        By state, the phrase that ends there; -1 for none.
    """

    def __init__(self, tables: int, first_word: int) -> None:
        self.words: dict[int, int] = {}
        self.edges: list[dict[int, int]] = [{} for _ in range(tables)]
        self.ends = [-1] * tables
        self._tables = tables
        self._first_word = first_word

    def number(self, digest: int) -> int:
        """The number of a word; a new one gets the next."""
        return self.words.setdefault(digest, self._first_word + len(self.words))

    def add(self, table: int, words: Iterable[int], phrase: int) -> bool:
        """Whether a phrase could be added; not when it is empty or there already."""
        state = table
        for word in words:
            after = self.edges[state].setdefault(word, len(self.edges))
            if after == len(self.edges):
                self.edges.append({})
                self.ends.append(-1)
            state = after
        if state < self._tables or self.ends[state] >= 0:
            return False
        self.ends[state] = phrase
        return True
