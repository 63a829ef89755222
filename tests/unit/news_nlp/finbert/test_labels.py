from __future__ import annotations

import itertools
import json

import pytest
from news_nlp.finbert.labels import Config, Unfit, read_config


def config(**fields: object) -> bytes:
    return json.dumps({"id2label": {"0": "positive", "1": "negative", "2": "neutral"}} | fields).encode()


@pytest.mark.parametrize("labels", list(itertools.permutations(("Positive", "NEGATIVE", "neutral"))))
def test_the_labels_may_stand_in_any_order(labels: tuple[str, str, str]):
    order = read_config(config(id2label={str(number): label for number, label in enumerate(labels)})).order
    assert tuple(labels[place].lower() for place in order) == ("positive", "negative", "neutral")


def test_padding_and_length_are_taken_from_the_model():
    assert read_config(config(pad_token_id=3, max_position_embeddings=512)) == Config((0, 1, 2), 3, 512)
    assert read_config(config()) == Config((0, 1, 2), 0, None)


def test_roberta_counts_its_places_from_behind_the_padding_token():
    assert read_config(config(model_type="xlm-roberta", pad_token_id=1, max_position_embeddings=514)).most_tokens == 512


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "expected a model's JSON object"),
        (b"[]", "expected a model's JSON object"),
        (b'{"id2label": "\xff"}', "expected a model's JSON object"),
        (b"{}", "expected id2label with positive, negative and neutral, found none"),
        (config(id2label={}), "found none"),
        (config(id2label={"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}), "found 0: LABEL_0, 1: LABEL_1, 2: LABEL_2"),
        (config(id2label={"0": "positive", "1": "negative"}), "found 0: positive, 1: negative"),
        (config(id2label={"0": "positive", "1": "positive", "2": "neutral"}), "found 0: positive, 1: positive"),
        (config(id2label={"1": "positive", "2": "negative", "3": "neutral"}), "expected id2label 0, 1, 2"),
        (config(id2label=dict.fromkeys(map(str, range(28)), "joy")), "found 0: joy"),
        (config(id2label=["positive", "negative", "neutral"]), "expected a model's JSON object"),
        (config(max_position_embeddings=2), "at least 3 tokens, found 2"),
    ],
)
def test_what_is_no_such_model_is_refused_with_what_was_found(data: bytes, complaint: str):
    with pytest.raises(Unfit, match=r"config\.json: .*") as refused:
        read_config(data)
    assert complaint in str(refused.value)
