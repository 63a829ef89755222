"""Texts for the readers of news: invented headlines, and strings of what the rules look for."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from news_nlp.nlp.aliases import words_of
from news_nlp.nlp.readable.reading import vocabulary
from news_nlp.nlp.word_groups import word_groups

from support.event_headlines import HEADLINES

_MARKS = words_of(". , ; : | ( ) ? ! & ' - % $ / ... 's the and said Mr.")
_FIGURES = words_of(
    "12 12% 3.5% -3% +5 1,092.50 40cr 12pc $67 Rs.40 Rs40 5paisa 1st 2025-26 FY26 Q2 9M 52-week 0.0 7 \u20b940 \u20ac5"
)
SIGNS = (
    *sorted(_MARKS),
    *sorted(_FIGURES),
    *("12 per cent", "Rs 1,200 crore", "from 12% to 10%", "Rs 40 crore vs Rs 30 crore", "\u20b9", "\n", "\u00a0"),
    *("Rs 1.2 lakh crore vs Rs 900 crore", "Sep 2025 vs 5 May", "2025-26", "FY 26 vs FY 25", "from 2024 to 2025"),
    *(
        "PAT of Rs 40 cr vs loss of Rs 30 cr",
        "net loss at Rs 30 cr against profit of",
        "PAT 30 vs 40 on loss",
        "P.A.T. 40 vs 30 losses",
        "net loss of Rs 40 cr vs loss of Rs 30 cr",
        "$40 million vs Rs 300 crore",
        "\u20b9 40 crore vs 3 mn dollars",
    ),
    *("\u2026", "\u2013", "\u2014", "\u0964", "\u2019s", "\u00c9", "\u0130", "\u01c5", "\U0001d49c", "\u200b", "\x00"),
    *("\ud800", "\u092d\u093e\u0930\u0924 \u092c\u0922\u093c\u093e", "\u0924\u0947\u091c\u093c\u0940"),
)
STORIES = (
    "TCS slips 50 bps, Infosys and Wipro follow suit; Nifty too. Cipla gains as does Lupin, joined by Zee",
    "Bank Nifty falls 25 basis points led by the HDFC Bank, along with \u00a540 bn SBI; so do sectors, IT likewise?",
    "Unlike TCS, Infosys beats estimates; unlike peers, Wipro gains over HCL Tech, Cipla",
    "Motilal Oswal adds HDFC Bank to its list; ups target price; CRISIL puts Vedanta on watch",
    "SEBI probe into Zee widens, concerns over Paytm ease, notice to Cipla sinks stock",
    "Not easy to make money in Maruti; a blow to the TCS plan: Rao",
    "Wipro profit down 12%, beats Street view: volumes grow, says owner",
    "Top gainers: TCS, Infosys; top losers: Cipla, Lupin; Nifty slips as Maruti, Titan and Trent fall",
    "Motilal Oswal starts coverage on SBI with buy, rates Cipla a sell; Lupin slips as ICRA downgrades",
    "L&T pips BHEL to bag order from NTPC, loses ground to Siemens amid pressure on margins of ABB",
    "TCS falls on decline in Infosys and the drop in Wipro shares despite strong gains at HCL Tech",
    "TCS gains 3% while Infosys, Wipro and HCL Tech fall; Nifty ends flat",
    "Reliance Industries Ltd.'s Q2 FY26 net profit falls 12% to Rs 40,000 crore vs Rs 45,500 crore, misses estimates",
    "Despite weak demand M&M and Tata Motors hit 52-week highs, but Maruti slips on profit booking",
    "Should you buy Trent? Brokerages see 20% upside: Motilal Oswal",
    "Jefferies upgrades Axis Bank to buy over ICICI Bank, downgrades Kotak\nIt prefers Axis Bank; RBI curbs weigh.",
    "Sebi fines promoters of XYZ Ltd for insider trading; shares not hit, says chairman",
    "SENSEX SINKS 900 POINTS AS FIIS SELL; HDFC BANK, SBI DRAG",
    "infosys to consider buyback, bonus issue on Friday: sources",
    "NPAs narrow, losses widen: PNB's provisions rise sharply from Rs 30 to Rs 40 crore",
    "Oil India up 2 per cent after H.E.G. and Dr. Reddy's rally… no change in ONGC",
)


def headlines() -> list[str]:
    """Invented headlines, as written and in one case."""
    plain = [*STORIES, *(headline for group in HEADLINES.values() for headline in group)]
    return [*plain, *map(str.upper, plain), *map(str.lower, plain), "\n".join(plain)]


@cache
def _pieces() -> st.SearchStrategy[str]:
    words = vocabulary()
    names = [name.text for name in words.names]
    return st.one_of(
        st.sampled_from(names[:400]),
        st.sampled_from(names),
        st.sampled_from([term.phrase for term in words.phrases]),
        st.sampled_from(words.events.phrases),
        st.sampled_from([word for group in word_groups() for word in group[:40]]),
        st.sampled_from(SIGNS),
        st.text(max_size=6),
    )


def texts(*, pieces: int = 40) -> st.SearchStrategy[str]:
    """Up to so many names, phrases, figures, signs and letters, with and without spaces between."""
    glued = st.lists(st.tuples(_pieces(), st.sampled_from(["", " ", " ", " ", " "])), max_size=pieces)
    return glued.map(lambda found: "".join(piece + gap for piece, gap in found))
