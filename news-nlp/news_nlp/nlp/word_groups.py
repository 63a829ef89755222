"""Words that rules ask for by group: the scan marks each token with the groups of its word."""

from __future__ import annotations

from enum import IntFlag
from itertools import product
from typing import Final

from news_nlp.kernels.reading._scan import GROUP_SHIFT


class Group(IntFlag):
    """A token's flags hold these bits; the compiled rules know them shifted down by `GROUP_SHIFT`."""

    TAIL = 1 << GROUP_SHIFT  # behind a bare name it makes another company's: "SBI Funds", "Reliance Digital"
    COMPANY = 2 << GROUP_SHIFT  # speaks of a company nearby
    ARTICLE = 4 << GROUP_SHIFT  # before a word it makes an ordinary one of it: "a giant", "the trident"
    UNIT = 8 << GROUP_SHIFT  # of an amount: crore, million
    RUPEE = 16 << GROUP_SHIFT  # a currency written as a word, before a figure
    RUPEES = 32 << GROUP_SHIFT  # behind one
    PART = 64 << GROUP_SHIFT  # of a year: Q2, 1H
    YEAR = 128 << GROUP_SHIFT  # FY26, CY2025
    PART_OF_YEAR = 256 << GROUP_SHIFT  # Q2FY26 in one word
    FISCAL = 512 << GROUP_SHIFT  # before the number of a year
    MONTH = 1024 << GROUP_SHIFT
    ORDINAL = 2048 << GROUP_SHIFT  # first (quarter)
    QUARTER = 4096 << GROUP_SHIFT
    ENDED = 8192 << GROUP_SHIFT  # (quarter) ended (June)
    OF = 16384 << GROUP_SHIFT  # Q2 of FY26
    SPAN = 32768 << GROUP_SHIFT  # 9M, fiscal year, year ended
    CUT = 1 << 16 << GROUP_SHIFT  # what stands behind speaks of something else: as, after, while
    PREPOSITION = 1 << 17 << GROUP_SHIFT  # leads a name that a phrase does not speak of: on BSE, with TPG
    NOT_OF_OBJECT = 1 << 18 << GROUP_SHIFT  # a preposition that leads no object
    NOT_PREFERRED = 1 << 19 << GROUP_SHIFT  # leads who comes off worse: over, than
    SAYS = 1 << 20 << GROUP_SHIFT  # of who only says it
    THE = 1 << 21 << GROUP_SHIFT  # between a preposition and its name
    AND = 1 << 22 << GROUP_SHIFT  # between names of a list
    FROM = 1 << 23 << GROUP_SHIFT
    TO = 1 << 24 << GROUP_SHIFT
    THOUSAND = 1 << 25 << GROUP_SHIFT  # what a figure is counted in
    LAKH = 1 << 26 << GROUP_SHIFT
    MILLION = 1 << 27 << GROUP_SHIFT
    CRORE = 1 << 28 << GROUP_SHIFT
    BILLION = 1 << 29 << GROUP_SHIFT
    TRILLION = 1 << 30 << GROUP_SHIFT
    ON = 1 << 31 << GROUP_SHIFT  # leads a reason more often than an object: "rallies on TCS deal"


_PARTS = ("q1", "q2", "q3", "q4", "1q", "2q", "3q", "4q", "h1", "h2", "1h", "2h")
_LETTERED = tuple(part for part in _PARTS if part[0].isalpha())
_SPANS = (*range(1990, 2050), *(f"{year % 100:02}" for year in range(1990, 2050)))
_FISCAL_YEARS = tuple(f"fy{span}" for span in _SPANS)
_ESTIMATED_YEARS = tuple(f"fy{year % 100:02}e" for year in range(1990, 2050))  # brokers' estimates: FY27E
_YEARS = (*_FISCAL_YEARS, *_ESTIMATED_YEARS)

_WORDS: Final[dict[Group, str]] = {
    Group.TAIL: (
        "power infra infrastructure capital communications comm home naval defence retail general nippon mutual fund "
        "funds securities entertainment media life insurance group sons trusts trust foundation holdings amc mf "
        "finance realty housing digital chemicals motors steel airways airlines bank telecom hotels logistics "
        "ventures pharma cement labs technologies projects properties textiles agro foods global america europe usa "
        "uk commodities caps etf university universities school schools college colleges academy institute institution "
        "museum scholarship scholarships fellowship prize stadium"
    ),
    Group.COMPANY: (
        "share shares stock stocks q1 q2 q3 q4 results result profit profits revenue revenues sales net earnings ipo "
        "board promoter promoters ceo cfo md chairman director founder unit arm subsidiary margin margins dividend "
        "buyback stake brokerage brokerages analysts target ltd limited crore cr lakh rs order orders quarter fy25 "
        "fy26 fy27 nse bse investors shareholders gst ebitda pat owner parent firm company jewellery stores listing "
        "guidance demand turnover volumes outlook buy sell exit prefer accumulate"
    ),
    Group.ARTICLE: "a an the this that his her its our your no any every new big good great bright of tech",
    Group.UNIT: "crore crores cr lakh lakhs mn million bn billion trillion tn thousand k m b l",
    Group.RUPEE: "rs inr re rupees usd eur gbp jpy",
    Group.RUPEES: "rupees dollars euros pounds yen",
    Group.PART: " ".join(_PARTS),
    Group.YEAR: " ".join((*_FISCAL_YEARS, *_ESTIMATED_YEARS, *(f"cy{span}" for span in _SPANS))),
    Group.PART_OF_YEAR: " ".join(
        map("".join, (*product((*_PARTS, "9m"), _YEARS), *product(_LETTERED, ("'",), _YEARS)))  # Q2FY26, Q2'FY26
    ),
    Group.FISCAL: "fy fiscal financial",
    Group.MONTH: (
        "january february march april may june july august september october november december jan feb mar apr jun "
        "jul aug sep sept oct nov dec"
    ),
    Group.ORDINAL: "first second third fourth 1st 2nd 3rd 4th",
    Group.QUARTER: "quarter qtr half",
    Group.ENDED: "ended ending to",
    Group.OF: "of in",
    Group.SPAN: "m months year",
    Group.CUT: (
        "as after while whereas but though although when since because before until till if amid despite post following"
    ),
    Group.PREPOSITION: (
        "on with by from to of in at vs versus against over than for into under via towards among unlike"
    ),
    Group.NOT_OF_OBJECT: "with by from to vs versus against over than via",
    Group.NOT_PREFERRED: "over than unlike",
    Group.SAYS: "says say said sees see expects feels believes thinks reckons predicts tells",
    Group.THE: "the a an its",
    Group.AND: "and including",
    Group.FROM: "from",
    Group.TO: "to",
    Group.THOUSAND: "k thousand",
    Group.LAKH: "lakh lakhs l",
    Group.MILLION: "m mn million",
    Group.CRORE: "cr crore crores",
    Group.BILLION: "b bn billion",
    Group.TRILLION: "tn trillion",
    Group.ON: "on",
}


def word_groups() -> list[list[str]]:
    """The words of each group, in order of their bits."""
    return [_WORDS[group].split() for group in Group]
