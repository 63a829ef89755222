"""A model of BERT-base's shape with random weights, as an ONNX folder: the time FinBERT takes, without FinBERT."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

LAYERS, WIDTH, INNER, HEADS = 12, 768, 3072, 12
VOCABULARY, PLACES, KINDS = 30_522, 512, 2
LABELS = 3


class _Graph:
    """Nodes and weights as they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._random = np.random.default_rng(1)

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        """Add a node; the name of its output."""
        name = f"value{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, value: np.ndarray) -> str:
        name = f"weight{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(value, name))
        return name

    def integers(self, *values: int) -> str:
        return self.constant(np.array(values, dtype=np.int64))

    def weight(self, *shape: int) -> str:
        return self.constant(self._random.normal(0.0, 0.02, shape).astype(np.float32))

    def linear(self, value: str, inside: int, outside: int) -> str:
        return self.node("Add", self.node("MatMul", value, self.weight(inside, outside)), self.weight(outside))

    def normalised(self, value: str) -> str:
        scale = self.constant(np.ones(WIDTH, dtype=np.float32))
        return self.node("LayerNormalization", value, scale, self.weight(WIDTH), axis=-1, epsilon=1e-12)

    def scalar(self, value: float) -> str:
        return self.constant(np.array(value, dtype=np.float32))


def write_model(folder: Path) -> None:
    """Write `model.onnx` with its weights apart, `tokenizer.json` and `config.json` into `folder`."""
    graph = _Graph()
    hidden = _embedded(graph)
    hides = graph.node("Cast", "attention_mask", to=TensorProto.FLOAT)
    hides = graph.node("Sub", graph.scalar(1.0), hides)
    hides = graph.node("Mul", hides, graph.scalar(-10_000.0))
    hides = graph.node("Unsqueeze", hides, graph.integers(1, 2))
    for _layer in range(LAYERS):
        hidden = graph.normalised(graph.node("Add", hidden, _attention(graph, hidden, hides)))
        inner = _gelu(graph, graph.linear(hidden, WIDTH, INNER))
        hidden = graph.normalised(graph.node("Add", hidden, graph.linear(inner, INNER, WIDTH)))
    first = graph.node("Gather", hidden, graph.constant(np.array(0)), axis=1)
    pooled = graph.node("Tanh", graph.linear(first, WIDTH, WIDTH))
    logits = graph.linear(pooled, WIDTH, LABELS)
    _save(graph, logits, folder)
    _tokenizer().save(str(folder / "tokenizer.json"))
    config = {"id2label": {"0": "positive", "1": "negative", "2": "neutral"}, "max_position_embeddings": PLACES}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def _embedded(graph: _Graph) -> str:
    words = graph.node("Gather", graph.weight(VOCABULARY, WIDTH), "input_ids")
    kinds = graph.node("Gather", graph.weight(KINDS, WIDTH), "token_type_ids")
    zero, one = graph.constant(np.array(0)), graph.constant(np.array(1))
    length = graph.node("Gather", graph.node("Shape", "input_ids"), one)
    places = graph.node("Gather", graph.weight(PLACES, WIDTH), graph.node("Range", zero, length, one))
    return graph.normalised(graph.node("Add", graph.node("Add", words, kinds), places))


def _attention(graph: _Graph, hidden: str, hides: str) -> str:
    apart = graph.integers(0, 0, HEADS, WIDTH // HEADS)

    def heads(order: Sequence[int]) -> str:
        return graph.node("Transpose", graph.node("Reshape", graph.linear(hidden, WIDTH, WIDTH), apart), perm=order)

    queries, keys, values = heads([0, 2, 1, 3]), heads([0, 2, 3, 1]), heads([0, 2, 1, 3])
    scores = graph.node("Div", graph.node("MatMul", queries, keys), graph.scalar((WIDTH / HEADS) ** 0.5))
    shares = graph.node("Softmax", graph.node("Add", scores, hides), axis=-1)
    mixed = graph.node("Transpose", graph.node("MatMul", shares, values), perm=[0, 2, 1, 3])
    return graph.linear(graph.node("Reshape", mixed, graph.integers(0, 0, WIDTH)), WIDTH, WIDTH)


def _gelu(graph: _Graph, value: str) -> str:
    erf = graph.node("Erf", graph.node("Div", value, graph.scalar(2.0**0.5)))
    twice = graph.node("Mul", value, graph.node("Add", erf, graph.scalar(1.0)))
    return graph.node("Mul", twice, graph.scalar(0.5))


def _save(graph: _Graph, logits: str, folder: Path) -> None:
    names = ("input_ids", "attention_mask", "token_type_ids")
    made = helper.make_graph(
        graph.nodes,
        "bert-base",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in names],
        [helper.make_tensor_value_info(logits, TensorProto.FLOAT, ["texts", LABELS])],
        graph.weights,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save_model(
        model, folder / "model.onnx", save_as_external_data=True, location="model.onnx.data", size_threshold=4096
    )


def _tokenizer() -> Tokenizer:
    """One number for every word: which rows of the embedding are read does not change the time."""
    made = Tokenizer(WordLevel({"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3}, unk_token="[UNK]"))
    made.normalizer = BertNormalizer()
    made.pre_tokenizer = BertPreTokenizer()
    made.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return made
