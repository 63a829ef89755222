from __future__ import annotations

import pytest
from news_nlp.nlp.inflections import forms_of


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("jump", "jump jumps jumped jumping"),
        ("surge", "surge surges surged surging"),
        ("rally", "rally rallies rallied rallying"),
        ("slip", "slip slips slipped slipping"),
        ("soar", "soar soars soared soaring"),
        ("gain", "gain gains gained gaining"),
        ("slash", "slash slashes slashed slashing"),
        ("miss", "miss misses missed missing"),
        ("slow", "slow slows slowed slowing"),
        ("fix", "fix fixes fixed fixing"),
        ("prefer", "prefer prefers preferred preferring"),
        ("recover", "recover recovers recovered recovering"),
        ("buoy", "buoy buoys buoyed buoying"),
        ("agree", "agree agrees agreed agreeing"),
        ("rise", "rise rises rose risen rising"),
        ("cut", "cut cuts cutting"),
        ("win", "win wins won winning"),
        ("overtake", "overtake overtakes overtook overtaken overtaking"),
        ("quit", "quit quits quitting"),
    ],
)
def test_a_verb_has_every_form_that_headlines_use(verb: str, forms: str):
    assert forms_of(verb) == tuple(forms.split())
