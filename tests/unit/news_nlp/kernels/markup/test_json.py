"""Feeds in JSON are read as a JSON parser reads them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from news_nlp.kernels.markup._json import (
    FINE,
    INVALID,
    ITEMS_MISSING,
    MAX_DEPTH,
    TOO_DEEP,
    TOO_MANY_ITEMS,
    VERSION_MISSING,
    strings_of,
)

HEAD = '{"version":"1","items":['
HEAD_NAMES = ["version", "title", "home_page_url", "feed_url"]
ITEM_NAMES = ["id", "url", "title", "summary", "content_text", "content_html", "external_url", "date_published"]
TEXTS = st.text(alphabet='ab,"\\/[]{}:é\n\u0936\U0001f4c8\x7f', max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda within: st.lists(within, max_size=4) | st.dictionaries(TEXTS, within, max_size=4),
    max_leaves=8,
)
ITEMS = VALUES | st.dictionaries(st.sampled_from(ITEM_NAMES) | TEXTS, TEXTS | VALUES, max_size=6)
DOCUMENTS = st.dictionaries(
    st.sampled_from([*HEAD_NAMES, "items"]) | TEXTS, TEXTS | VALUES | st.lists(ITEMS, max_size=4), max_size=6
)


def status_of(document: str | bytes, most: int = 10) -> int:
    return strings_of(document if isinstance(document, bytes) else document.encode(), most)[0]


def texts_in(value: Any, names: list[str]) -> dict[str, str]:
    return {name: value[name] for name in names if isinstance(value.get(name), str)} if isinstance(value, dict) else {}


def picked(found: dict[str, str], names: list[str]) -> dict[str, str]:
    return {name: text for name, text in found.items() if name in names}


@given(DOCUMENTS, st.booleans(), st.sampled_from([None, 2]))
def test_the_texts_of_a_document_are_those_that_another_parser_finds(
    document: dict[str, Any], ascii_only: bool, indent: int | None
):
    written = json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode()
    status, _, head, items = strings_of(written, 10)
    if not isinstance(document.get("version"), str):
        assert status == VERSION_MISSING
    elif not isinstance(document.get("items"), list):
        assert status == ITEMS_MISSING
    else:
        assert status == FINE
        assert picked(head, HEAD_NAMES) == texts_in(document, HEAD_NAMES)
        assert [picked(item, ITEM_NAMES) for item in items] == [
            texts_in(item, ITEM_NAMES) for item in document["items"]
        ]


@given(st.text(alphabet='{}[]:,"\\ue01-+.9ntrfalsx \t\x00\x1f', max_size=12))
@example("01")
@example("-")
@example("1.e1")
@example('"\\u00g0"')
@example('"\\x"')
@example("[1,]")
@example('{"a":1,}')
@example('{"a"}')
@example("tru")
@example("NaN ")
def test_a_value_is_json_where_another_parser_finds_it_is(value: str):
    document = f'{HEAD}],"other":{value}}}'
    try:
        json.loads(document, parse_constant=lambda name: int(name, 36) // 0)
    except (ValueError, ZeroDivisionError):
        assert status_of(document) != FINE
    else:
        assert status_of(document) == FINE


@given(st.text(max_size=20).map(str.encode), st.integers(0, 60))
def test_a_document_cut_or_changed_anywhere_is_read_to_its_end_at_most(noise: bytes, cut: int):
    written = f'{HEAD}{{"title":"a\\u0041\\ud83d\\udcc8","zz":[1,{{}}]}}]}}'.encode()
    for document in (noise, written[:cut] + noise, written[:cut]):
        _, at, _, _ = strings_of(document, 10)
        assert 0 <= at <= len(document)
    assert status_of(written[:-1]) == INVALID


def test_of_members_of_one_name_the_last_counts():
    document = HEAD + '{"title":"a"}],"items":[{"title":"b","title":"c"},{"title":"d","title":5}]}'
    _, _, _, items = strings_of(document.encode(), 10)
    assert items == [{"title": "c"}, {}]


def test_half_a_pair_is_no_character():
    document = HEAD + '{"title":"\\ud83d\\udcc8 \\ud83d \\udcc8 \\ud83d\\ud83d\\udcc8 \\ud83dx"}]}'
    _, _, _, items = strings_of(document.encode(), 10)
    assert items == [{"title": "\U0001f4c8 \ufffd \ufffd \ufffd\U0001f4c8 \ufffdx"}]


def test_names_may_be_escaped():
    document = '{"\\u0076ersion":"1","i\\u0074ems":[{"t\\u0069tle":"a"}]}'
    assert strings_of(document.encode(), 10)[3] == [{"title": "a"}]


def test_depth_and_items_are_bounded():
    for start, end in (("[", "]"), ('{"a":', "}")):
        inner = "1" if end == "}" else ""
        assert status_of(f'{HEAD}],"x":{start * MAX_DEPTH}{inner}{end * MAX_DEPTH}}}') == FINE
        assert status_of(f'{HEAD}],"x":{start * (MAX_DEPTH + 1)}{inner}{end * (MAX_DEPTH + 1)}}}') == TOO_DEEP
    assert status_of(HEAD + ",".join(["{}"] * 10) + "]}") == FINE
    assert status_of(HEAD + ",".join(["{}"] * 11) + "]}") == TOO_MANY_ITEMS
    assert status_of(HEAD + ",".join(["1"] * 11)) == TOO_MANY_ITEMS
