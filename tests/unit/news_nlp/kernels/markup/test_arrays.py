"""Arrays of JSON documents are counted as a JSON parser counts them."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from news_nlp.kernels.markup._arrays import has_array_beyond

TEXTS = st.text(alphabet='ab,"\\[]{}:é\n', max_size=8)
VALUES = st.recursive(
    st.none() | st.integers() | TEXTS,
    lambda within: st.lists(within, max_size=6) | st.dictionaries(TEXTS, within, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4), st.integers(1, 5), st.sampled_from([None, 2]))
def test_only_the_members_of_the_outermost_object_count(document: dict[str, object], limit: int, indent: int | None):
    longest = max((len(member) for member in document.values() if isinstance(member, list)), default=0)
    written = json.dumps(document, ensure_ascii=False, indent=indent).encode()
    assert has_array_beyond(written, limit) == (longest > limit)


@given(st.binary(max_size=30), st.integers(1, 3))
def test_any_bytes_are_counted(data: bytes, limit: int):
    assert has_array_beyond(data, limit) in (True, False)


def test_a_text_that_never_ends_holds_no_elements():
    for written in (b'{"items":[1,"a,b,c', b'{"items":[1,"a,b,c\\'):
        assert has_array_beyond(written, 1)
        assert not has_array_beyond(written, 2)
