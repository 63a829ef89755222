from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from news_nlp.finbert.batches import plan


@given(st.lists(st.integers(0, 600)), st.integers(1, 4096))
def test_every_text_is_in_one_batch_and_no_batch_is_too_large(lengths: list[int], most: int):
    batches = plan(lengths, most)
    assert sorted(at for batch in batches for at in batch) == list(range(len(lengths)))
    for batch in batches:
        padded = len(batch) * max(lengths[at] for at in batch)
        assert padded <= most or len(batch) == 1


@given(st.lists(st.integers(1, 600), min_size=1), st.integers(1, 4096))
def test_batches_go_from_long_texts_to_short_ones(lengths: list[int], most: int):
    in_order = [lengths[at] for batch in plan(lengths, most) for at in batch]
    assert in_order == sorted(lengths, reverse=True)


def test_texts_of_one_length_fill_whole_batches():
    assert [len(batch) for batch in plan([64] * 70, 2048)] == [32, 32, 6]


def test_texts_of_one_length_keep_their_order():
    assert plan([5, 5, 5], 10) == [[0, 1], [2]]
