"""Who does as the one before did, and which phrases make the verdict on one name."""

from __future__ import annotations

import pytest
from news_nlp import nlp


def verdicts(text: str) -> dict[str, str]:
    meaning = nlp.understand(text)
    return {name: said.sentiment for name, said in (meaning.symbols | meaning.others).items()}


@pytest.mark.parametrize(
    "text",
    [
        "TCS slips, Infosys and Wipro follow",
        "TCS slips 2%; Infosys, Wipro follow suit",
        "TCS slips, Infosys and Wipro also follow as mood sours",
        "TCS tumbles; so do Infosys and Wipro",
        "TCS falls, as do Infosys and Wipro",
        "TCS down 3%, joined by Infosys and Wipro",
        "TCS the top loser, followed by Infosys, Wipro",
        "TCS sinks, Infosys and Wipro too",
        "TCS in the red, Infosys and Wipro as well",
    ],
)
def test_who_follows_fares_like_the_one_before(text: str):
    assert verdicts(text) == {"TCS": "bearish", "INFY": "bearish", "WIPRO": "bearish"}


def test_the_last_thing_said_in_the_sentence_is_followed():
    found = verdicts("TCS falls but Infosys gains, Wipro too")
    assert found == {"TCS": "bearish", "INFY": "bullish", "WIPRO": "bullish"}


@pytest.mark.parametrize(
    "text",
    [
        "TCS slips. Infosys follows",
        "TCS slips, Infosys follows Accenture guidance",
        "TCS slips, Infosys may follow",
        "Infosys follows suit",
        "Infosys too",
    ],
)
def test_without_something_to_follow_nothing_is_said(text: str):
    assert verdicts(text)["INFY"] == "neutral"


def test_a_follower_says_what_all_rules_made_of_the_first():
    meaning = nlp.understand("TCS falls sharply, Infosys follows")
    assert [(phrase.text, phrase.weight) for phrase in meaning.phrases] == [
        ("falls", pytest.approx(-1.4)),
        ("follows", pytest.approx(-1.12)),
    ]


@pytest.mark.parametrize(
    ("text", "name", "phrases"),
    [
        ("TCS gains while Infosys falls", "TCS", {"gains": 0.7}),
        ("TCS gains while Infosys falls", "INFY", {"falls": -0.5}),
        ("Prefer TCS over Infosys", "INFY", {"Prefer": -0.35}),
        ("Trent falls 3%; broker downgrades stock", "TRENT", {"falls": -1.25, "downgrades": -0.9}),
        ("SEBI fines Reliance Rs 25 crore", "SEBI", {}),
        ("SEBI fines Reliance Rs 25 crore", "TCS", {}),
        ("nothing here", "TCS", {}),
    ],
)
def test_the_phrases_about_a_name_are_those_that_speak_of_it(text: str, name: str, phrases: dict[str, float]):
    found = nlp.phrases_about(text, name)
    assert {phrase.text: round(phrase.weight, 4) for phrase in found} == pytest.approx(phrases)
    assert all(text[phrase.start : phrase.end] == phrase.text for phrase in found)
