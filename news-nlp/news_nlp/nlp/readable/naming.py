"""Whether words that match a name are meant as that name."""

from __future__ import annotations

from functools import cached_property

from news_nlp.kernels._scan import CAPITAL, WORD
from news_nlp.nlp.aliases import Alias, words_of
from news_nlp.nlp.lexicon import Role
from news_nlp.nlp.readable.reading import Reading, vocabulary

# What follows a bare name and makes it another company's: "SBI Funds", "Reliance Digital"
_TAILS = words_of(
    "power infra infrastructure capital communications comm home naval defence retail general nippon mutual fund funds "
    "securities entertainment media life insurance group sons trusts trust foundation holdings amc mf finance realty "
    "housing digital chemicals motors steel airways airlines bank telecom hotels logistics ventures pharma cement "
    "labs technologies projects properties textiles agro foods global america europe usa uk commodities caps"
)
_COMPANY_WORDS = words_of(
    "share shares stock stocks q1 q2 q3 q4 results result profit profits revenue revenues sales net earnings ipo board "
    "promoter promoters ceo cfo md chairman margin margins dividend buyback stake brokerage brokerages analysts target "
    "ltd limited crore cr lakh rs order orders quarter fy25 fy26 fy27 nse bse investors shareholders gst ebitda pat "
    "owner parent firm company jewellery stores listing guidance demand turnover volumes outlook q4fy25"
)
_ARTICLES = words_of("a an the this that his her its our your no any every new big good great bright of tech")
_POLAR = frozenset({Role.POSITIVE, Role.NEGATIVE, Role.RISE, Role.FALL})


class Naming:
    """Judges the names found in one text."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def confidence(self, alias: Alias, first: int, last: int) -> float:
        """How surely the tokens `first` to `last - 1` are this name; 0 when they are not."""
        tokens = self._reading.tokens
        if alias.exact:
            return 0.8 if self._reading.text[tokens[first][0] : tokens[last - 1][1]] == alias.text else 0.0
        single = last - first == 1
        if self._has_capitals:
            if alias.text[0].isupper() and not tokens[first][4] & CAPITAL:
                return 0.0
        elif single and not alias.sure:
            return 0.0
        if alias.kind != "company":
            return 0.95
        if single and self._other_company_follows(last):
            return 0.0
        if not alias.sure:
            return 0.75 if alias.symbol and self._speaks_of_company(first, last) else 0.0
        if not single:
            return 0.97
        return 0.9 if alias.text.isupper() or self._has_capitals else 0.7

    def word(self, at: int) -> str:
        """The word at a token; empty for a number, a break or beyond the text."""
        tokens = self._reading.tokens
        if 0 <= at < len(tokens) and tokens[at][3] == WORD:
            return self._reading.text[tokens[at][0] : tokens[at][1]]
        return ""

    @cached_property
    def _has_capitals(self) -> bool:
        return any(token[4] & CAPITAL for token in self._reading.tokens)

    @cached_property
    def _title_case(self) -> bool:
        words = [token for token in self._reading.tokens if token[3] == WORD and token[1] - token[0] > 3]
        return sum(bool(token[4] & CAPITAL) for token in words) > 0.8 * len(words)

    @cached_property
    def _movements(self) -> frozenset[int]:
        phrases = vocabulary().phrases
        return frozenset(first for index, first, _ in self._reading.phrases if phrases[index].role in _POLAR)

    def _other_company_follows(self, at: int) -> bool:
        if self._reading.tokens[at - 1][2] != self._reading.tokens[at - 1][1]:
            return False  # a possessive ends the name: "Reliance's retail arm"
        word = self.word(at)
        return word[:1].isupper() and word.lower() in _TAILS

    def _speaks_of_company(self, first: int, last: int) -> bool:
        """Whether an everyday word is meant as a name: a movement or a company word stands close to it."""
        if self.word(first - 1).lower() in _ARTICLES:
            return False
        follower = self.word(last)
        if follower[:1].isupper() and follower.lower() not in _COMPANY_WORDS and not self._title_case:
            return False  # "Trent Boult", "Titan Airways"
        near = {self.word(at).lower() for at in range(max(0, first - 3), last + 6)}
        return bool(near & _COMPANY_WORDS) or last in self._movements or last + 1 in self._movements
