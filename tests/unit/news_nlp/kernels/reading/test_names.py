"""The compiled rules for names against the same rules in plain Python, and what holds for every text."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from news_nlp.nlp import compiled, readable
from news_nlp.nlp.aliases import aliases
from news_nlp.nlp.word_groups import word_groups

NAMES = st.sampled_from([alias.text for alias in aliases()])
EVERYDAY = st.sampled_from([alias.text for alias in aliases() if not alias.sure])
RULE_WORDS = st.sampled_from([word for group in word_groups()[:16] for word in group])
FIGURES = st.sampled_from(
    ["12", "2025", "26", "-26", "9", "9M", "5%", "3 per cent", "Rs40", "\u20b95", "\u20b9", "$", "1,200", "40cr", "'27"]
)
SIGNS = st.sampled_from([",", ";", ":", "(", ")", ". ", "\n", "-", "/", "&", "'s", "\u2019s", "?", "|"])
PLAIN = st.sampled_from(["the", "a", "of", "rises", "falls", "Boult", "group", "wins", "after", "Company"])
CASES = st.sampled_from([str, str, str, str.upper, str.lower, str.title, str.capitalize])
PIECES = st.builds(lambda case, text: case(text), CASES, st.one_of(NAMES, EVERYDAY, RULE_WORDS, FIGURES, SIGNS, PLAIN))
HEADLINES = st.builds(lambda joint, pieces: joint.join(pieces), st.sampled_from([" ", " ", "  ", ""]), st.lists(PIECES))
TEXTS = st.one_of(HEADLINES, st.text(), st.builds("{} {}".format, HEADLINES, st.text()))


@given(TEXTS)
def test_compiled_rules_find_what_the_readable_ones_find(text: str):
    assert compiled.entities(text) == readable.entities(text)


@given(TEXTS)
def test_each_entity_stands_where_it_says_in_order_and_apart(text: str):
    found = compiled.entities(text)
    for entity in found:
        assert 0 <= entity.start < entity.end <= len(text)
        assert text[entity.start : entity.end] == entity.text
        assert 0.0 < entity.confidence <= 1.0
        assert entity.first < entity.last
    assert all(one.end <= other.start and one.last <= other.first for one, other in pairwise(found))


@given(TEXTS)
def test_only_names_have_a_symbol_and_every_name_but_a_company_has_one(text: str):
    for entity in compiled.entities(text):
        if entity.kind in ("amount", "percent", "period"):
            assert entity.symbol is None
        elif entity.kind != "company":
            assert entity.symbol


@given(HEADLINES, st.sampled_from(["", " ", "\n", "-- "]))
def test_offsets_move_with_the_text(text: str, before: str):
    moved = [(entity.start - len(before), entity.text) for entity in compiled.entities(before + text)]
    assert moved == [(entity.start, entity.text) for entity in compiled.entities(text)]


def test_a_long_text_is_read_sentence_by_sentence():
    sentence = "Titan gains, Trent and Infosys slip on Rs 40 crore in Q2 FY26; "
    kinds = [entity.kind for entity in compiled.entities(sentence)]
    assert kinds == ["company", "company", "company", "amount", "period"]
    assert [entity.kind for entity in compiled.entities(sentence * 2_000)] == kinds * 2_000
