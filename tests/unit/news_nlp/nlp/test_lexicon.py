from __future__ import annotations

import pytest
from news_nlp.nlp.lexicon import Role, Side, Term, expand, parse_lexicon, terms
from news_nlp.nlp.readable.reading import vocabulary


def test_an_entry_gives_one_term_a_form():
    assert parse_lexicon("[rise]\n1.0 rises|goes-up  # comment\n") == [
        Term("rises", Role.RISE, 1.0),
        Term("goes up", Role.RISE, 1.0),
    ]


@pytest.mark.parametrize(
    ("mark", "side"),
    [
        ("", Side.SUBJECT),
        (">", Side.OBJECT),
        ("<>", Side.BOTH),
        (">>", Side.NEXT),
        ("<<", Side.LAST),
        ("><", Side.AGAINST),
    ],
)
def test_a_mark_says_whom_a_phrase_speaks_of(mark: str, side: Side):
    assert parse_lexicon(f"[positive]\n0.5{mark} upgrades") == [Term("upgrades", Role.POSITIVE, 0.5, side)]


@pytest.mark.parametrize(
    ("forms", "phrases"),
    [
        ("{beats,tops} {estimates,view}", ["beats estimates", "beats view", "tops estimates", "tops view"]),
        ("wins {,new} order", ["wins order", "wins new order"]),
        ("trim~ target", ["trim target", "trims target", "trimmed target", "trimming target"]),
        ("{cut~} rate", ["cut rate", "cuts rate", "cutting rate"]),
        ("up|up", ["up"]),
        ("52-Week High", ["52 week high"]),
    ],
)
def test_choices_and_verbs_stand_for_every_form(forms: str, phrases: list[str]):
    assert expand(forms) == phrases


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("1.0 rises", 1),
        ("[rise]\n1.0", 2),
        ("[rise]\nrises", 2),
        ("[rise]\n1.0 up\n[fall]\n0.5 UP", 4),
        ("[rise]\n-1.0 up", 2),
        ("[upward]\n1.0 up", 1),
        ("[rise]\n1.0< up", 2),
    ],
)
def test_a_bad_line_is_named(text: str, line: int):
    with pytest.raises(ValueError, match=f"lexicon line {line}"):
        parse_lexicon(text)


def test_the_shipped_lexicon_covers_every_role_with_weights_in_bounds():
    assert {term.role for term in terms()} == set(Role)
    assert all(0.0 <= term.weight <= 1.5 for term in terms())


def test_no_phrase_of_the_shipped_lexicon_is_given_twice():
    phrases = [term.phrase for term in terms()]
    assert len(set(phrases)) == len(phrases)


def test_every_phrase_of_the_shipped_lexicon_is_found_whole_where_it_stands():
    reach = vocabulary()
    for index, term in enumerate(reach.phrases):
        text = term.phrase.replace("<s>", "").replace("<num>", "7").replace("<pct>", "7%").strip()
        reading = reach.read(text)
        found = [match for match, first, last in reading.phrases if (first, last) == (0, len(reading.tokens))]
        assert found == [index] or _told_by_anchor(term, reach.phrases[found[0]] if found else None), term


def _told_by_anchor(term: Term, found: Term | None) -> bool:
    """At the start of a clause the anchored form of the same words comes first, and must then differ."""
    return found is not None and found.phrase == f"<s> {term.phrase}" and found != term
