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
        self._places: dict[int, int] = {}
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

    def laid_out(self, rows: list[int]) -> list[int]:
        """All nodes but the tables' first ones, a phrase's words one behind the other.

        A node is its phrase or -1, the number of its edges, then row and place of each edge, rows ascending.
        `rows` has the row of each number of a word.
        """
        waiting = [state for table in range(self._tables) for state in self.edges[table].values()][::-1]
        order = []
        place = 0
        while waiting:
            state = waiting.pop()
            order.append(state)
            self._places[state] = place
            place += 2 + 2 * len(self.edges[state])
            waiting.extend(self.edges[state].values())
        nodes: list[int] = []
        for state in order:
            nodes += (self.ends[state], len(self.edges[state]))
            for row, after in sorted((rows[word], after) for word, after in self.edges[state].items()):
                nodes += (row, self._places[after])
        return nodes

    def roots(self, table: int) -> dict[int, int]:
        """The place of the node behind each word that begins a phrase of a table, once they are laid out."""
        return {word: self._places[state] for word, state in self.edges[table].items()}
