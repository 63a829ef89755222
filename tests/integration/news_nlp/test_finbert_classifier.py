"""The model in this process, beside what numpy computes from the same weights, and folders that hold none."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from news_nlp.finbert import classifier
from news_nlp.finbert.classifier import Classifier
from news_nlp.finbert.labels import Unfit
from onnx import helper
from support import finbert

pytestmark = pytest.mark.integration
WORDS = [word for word in finbert.WORDS[4:] if word not in (finbert.HANG, finbert.HOG)] + ["unheard"]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finbert.write_model(tmp_path_factory.mktemp("finbert") / "good")


@pytest.fixture(scope="module")
def loaded(good: Path) -> Classifier:
    return Classifier(good, max_tokens=256, threads=1)


@pytest.fixture
def copied(good: Path, tmp_path: Path) -> Path:
    return shutil.copytree(good, tmp_path / "copied")


def load(folder: Path, max_tokens: int = 256) -> Classifier:
    return Classifier(folder, max_tokens=max_tokens, threads=1)


def test_probabilities_are_those_that_numpy_computes_from_the_weights(loaded: Classifier):
    texts = [
        "tcs profit rises",
        "infosys fraud loss",
        "the company said",
        "unheard",
        "profit " * 40,
        "\u0928\u092b\u093e \u20b9",
    ]
    np.testing.assert_allclose(loaded.probabilities(texts), [finbert.expected(text) for text in texts], atol=1e-6)


@settings(max_examples=40)
@given(texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join), max_size=50))
def test_answers_come_in_the_order_of_the_texts_whatever_their_lengths(loaded: Classifier, texts: list[str]):
    answers = loaded.probabilities(texts)
    assert len(answers) == len(texts)
    for answer, text in zip(answers, texts, strict=True):
        assert answer == pytest.approx(finbert.expected(text), abs=1e-6)
        assert sum(answer) == pytest.approx(1.0)


@settings(max_examples=60)
@given(text=st.text(max_size=300))
def test_any_text_is_scored(loaded: Classifier, text: str):
    (answer,) = loaded.probabilities([text])
    assert sum(answer) == pytest.approx(1.0)


def test_a_long_text_is_read_up_to_the_bound(good: Path):
    short = load(good, max_tokens=12)
    text = "profit " * 10 + "fraud " * 500
    assert short.probabilities([text])[0] == pytest.approx(finbert.expected(text, 12), abs=1e-6)
    assert short.probabilities([text])[0] == short.probabilities(["profit " * 10])[0]


def test_the_models_own_bound_counts_when_it_is_lower(tmp_path: Path):
    assert load(finbert.write_model(tmp_path, most=64), max_tokens=256).max_tokens == 64


def test_batches_stay_within_their_bound_of_tokens(good: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(classifier, "MOST_BATCH_TOKENS", 16)
    texts = ["profit " * length for length in (9, 1, 5, 2, 30)]
    np.testing.assert_allclose(load(good).probabilities(texts), [finbert.expected(text) for text in texts], atol=1e-6)


@pytest.mark.parametrize("labels", [("Positive", "Negative", "Neutral"), ("negative", "neutral", "positive")])
def test_the_labels_of_the_config_say_which_output_is_which(tmp_path: Path, labels: tuple[str, str, str]):
    found = load(finbert.write_model(tmp_path, labels=labels)).probabilities(["tcs profit"])[0]
    by_meaning = dict(zip(("positive", "negative", "neutral"), finbert.expected("tcs profit"), strict=True))
    of_output = dict(zip(labels, (by_meaning[label] for label in finbert.LABELS), strict=True))
    expected = {label.lower(): share for label, share in of_output.items()}
    assert found._asdict() == pytest.approx(expected, abs=1e-6)


def test_a_model_without_token_types_is_scored_too(tmp_path: Path):
    found = load(finbert.write_model(tmp_path, token_types=False)).probabilities(["tcs profit"])
    assert found[0] == pytest.approx(finbert.expected("tcs profit"), abs=1e-6)


def test_the_name_changes_with_the_file(good: Path, copied: Path):
    names = {load(good).digest, load(copied).digest}
    assert len(names) == 1
    changed = onnx.load(copied / "model.onnx")
    changed.producer_name = "another"
    onnx.save(changed, copied / "model.onnx")
    assert load(copied).digest not in names


def apart(folder: Path, location: str) -> None:
    """Keep the model's weights in a file of their own."""
    made = finbert.model()
    onnx.save_model(
        made, folder / "model.onnx", save_as_external_data=True, location="model.onnx.data", size_threshold=100
    )
    loaded = onnx.load(folder / "model.onnx", load_external_data=False)
    for tensor in loaded.graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                entry.value = location
    (folder / "model.onnx").write_bytes(loaded.SerializeToString())


def test_weights_may_stand_apart_inside_the_folder(copied: Path):
    apart(copied, "model.onnx.data")
    assert load(copied).probabilities(["tcs profit"])[0] == pytest.approx(finbert.expected("tcs profit"), abs=1e-6)


def test_weights_outside_the_folder_are_refused(copied: Path):
    apart(copied, "../outside.data")
    (copied / "model.onnx.data").rename(copied.parent / "outside.data")
    with pytest.raises(Unfit, match=r"model\.onnx: expected an ONNX model"):
        load(copied)


def test_weights_behind_a_link_out_of_the_folder_are_refused(copied: Path):
    apart(copied, "model.onnx.data")
    (copied / "model.onnx.data").rename(copied.parent / "outside.data")
    (copied / "model.onnx.data").symlink_to(copied.parent / "outside.data")
    with pytest.raises(Unfit, match=r"model\.onnx: expected an ONNX model"):
        load(copied)


def missing(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def holding(name: str, data: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(data)


def cut(folder: Path) -> None:
    data = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(data[: len(data) // 2])


def saved(change: Callable[[onnx.GraphProto], object]) -> Callable[[Path], object]:
    def apply(folder: Path) -> None:
        made = finbert.model()
        change(made.graph)
        (folder / "model.onnx").write_bytes(made.SerializeToString())

    return apply


def renamed_input(graph: onnx.GraphProto) -> None:
    graph.input[2].name = "pixel_values"


def fixed_length(graph: onnx.GraphProto) -> None:
    graph.input[0].type.tensor_type.shape.dim[1].dim_value = 128


def one_output(graph: onnx.GraphProto) -> None:
    graph.node[-1].op_type = "ReduceSum"
    del graph.node[-1].input[1:]
    graph.output[0].type.tensor_type.shape.dim[1].dim_value = 1


def five_labels(graph: onnx.GraphProto) -> None:
    graph.output[0].type.tensor_type.shape.dim[1].dim_param = "labels"
    for tensor in graph.initializer:
        if tensor.name in ("matrix", "bias"):
            value = onnx.numpy_helper.to_array(tensor)
            wide = np.concatenate([value, value[..., :2]], axis=-1)
            tensor.CopyFrom(onnx.numpy_helper.from_array(wide, tensor.name))


def not_a_number(graph: onnx.GraphProto) -> None:
    for tensor in graph.initializer:
        if tensor.name == "bias":
            tensor.CopyFrom(onnx.numpy_helper.from_array(np.full(3, np.nan, dtype=np.float32), "bias"))


def foreign_operator(graph: onnx.GraphProto) -> None:
    graph.node.append(helper.make_node("Phone", ["judged"], ["home"], domain="example.custom"))


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (missing("config.json"), r"expected a file .*config\.json: No such file"),
        (missing("tokenizer.json"), r"expected a file .*tokenizer\.json: No such file"),
        (missing("model.onnx"), r"expected a file .*model\.onnx: No such file"),
        (holding("config.json", b"{" * 10), r"config\.json: expected a model's JSON object"),
        (holding("config.json", b" " * (1 << 20) + b"{}"), r"config\.json: expected at most 1 MiB"),
        (holding("config.json", json.dumps({"id2label": {"0": "joy"}}).encode()), r"found 0: joy"),
        (holding("tokenizer.json", b"{}"), r"tokenizer\.json: expected a tokenizer"),
        (holding("tokenizer.json", b"\x00\xff"), r"tokenizer\.json: expected a tokenizer"),
        (holding("model.onnx", b""), r"model\.onnx: expected"),
        (holding("model.onnx", b"\x00" * 4096), r"model\.onnx: expected"),
        (cut, r"model\.onnx: expected an ONNX model"),
        (saved(renamed_input), r"found attention_mask, input_ids, pixel_values"),
        (saved(fixed_length), r"expected input_ids to be integers of any count .* found .*128"),
        (saved(one_output), r"expected an output of 3 numbers a text"),
        (saved(five_labels), r"expected 1 rows of 3 finite numbers, found shape \(1, 5\)"),
        (saved(not_a_number), r"expected 1 rows of 3 finite numbers"),
        (saved(foreign_operator), r"model\.onnx: expected an ONNX model"),
    ],
    ids=[
        "no config", "no tokenizer", "no model", "broken config", "large config", "other labels", "empty tokenizer",
        "binary tokenizer", "empty model", "zeros", "cut model", "other inputs", "fixed length", "one output",
        "five labels", "not a number", "foreign operator",
    ],
)  # fmt: skip
def test_a_folder_that_holds_no_such_model_is_refused(copied: Path, spoil: Callable[[Path], object], complaint: str):
    spoil(copied)
    with pytest.raises(Unfit, match=complaint):
        load(copied)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(Unfit, match="No such file"):
        load(tmp_path / "nowhere")
