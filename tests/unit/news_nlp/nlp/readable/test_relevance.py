from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.nlp import readable

WORDS = "TCS Infosys Wipro SBI Nirma gains falls rises weak demand , ; and Q2 profit the"
PIECES = st.sampled_from([*WORDS.split(), "\n"])


def relevance(text: str) -> dict[str, float]:
    return {symbol: said.relevance for symbol, said in readable.understand(text).symbols.items()}


def test_the_formula_by_hand():
    # place 1 at token 0 of 2, share 1, often 1 - 2^-1, said 1
    assert relevance("TCS gains") == {"TCS": pytest.approx(0.4 * 1 + 0.3 * 1 + 0.1 * 0.5 + 0.2 * 1)}
    # TCS at token 0 and INFY at token 3 of 5; each has half of the mentions and its own verb
    gains, falls = readable.understand("TCS gains, Infosys falls").phrases
    total = abs(gains.weight) + abs(falls.weight)
    assert relevance("TCS gains, Infosys falls") == {
        "TCS": pytest.approx(0.4 + 0.15 + 0.05 + 0.2 * abs(gains.weight) / total),
        "INFY": pytest.approx(0.4 * (1 - 0.5 * 3 / 5) + 0.15 + 0.05 + 0.2 * abs(falls.weight) / total),
    }


def test_a_company_of_the_body_alone_is_less_relevant_than_one_of_the_title():
    found = relevance("Infosys gains 2%\nTCS was little changed")
    assert found["INFY"] > 2 * found["TCS"] > 0


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("TCS gains", "Shares of software exporters gain, among them TCS"),  # earlier
        ("TCS gains", "TCS, Infosys, Wipro gain"),  # alone
        ("TCS gains; TCS to hire", "TCS gains; Infosys to hire"),  # more often
        ("TCS gains; Infosys opens one more campus", "TCS opens one more campus; Infosys gains"),  # more is said of it
        ("TCS gains", "TCS, Reliance Capital gain"),  # companies that are not listed count too
    ],
)
def test_what_makes_a_text_more_relevant_to_a_company(more: str, less: str):
    assert relevance(more)["TCS"] > relevance(less)["TCS"]


def test_a_list_of_names_shares_what_is_said_of_them():
    found = relevance("TCS, Infosys gain")
    assert found["TCS"] > found["INFY"] > 0.5


@given(st.lists(PIECES, max_size=25).map(" ".join))
def test_relevance_stays_within_its_bounds(text: str):
    meaning = readable.understand(text)
    for said in meaning.symbols.values():
        assert 0.0 < said.relevance <= 1.0
