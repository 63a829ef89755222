from __future__ import annotations

import pytest
from news_nlp.nlp.lexicon import Role, Term, parse_lexicon, terms


def test_an_entry_gives_one_term_a_form():
    assert parse_lexicon("[rise]\n1.0 rises|goes-up  # comment\n") == [
        Term("rises", Role.RISE, 1.0),
        Term("goes up", Role.RISE, 1.0),
    ]


@pytest.mark.parametrize(
    ("text", "line"), [("1.0 rises", 1), ("[rise]\n1.0", 2), ("[rise]\n1.0 up\n[fall]\n0.5 UP", 4)]
)
def test_a_bad_line_is_named(text: str, line: int):
    with pytest.raises(ValueError, match=f"lexicon line {line}"):
        parse_lexicon(text)


def test_the_shipped_lexicon_covers_every_role_with_weights_in_bounds():
    assert {term.role for term in terms()} == set(Role)
    assert all(0.0 <= term.weight <= 1.5 for term in terms())
