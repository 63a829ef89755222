"""A tiny model of FinBERT's shape, with known weights, and what it must answer, computed apart."""

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

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
# the model counts for ever at a text that holds the first, and asks for 8 GB at the second
HANG, HOG = "abracadabra", "elephantine"
GOOD, BAD = ("profit", "rises", "gains", "beats", "upgrade"), ("loss", "falls", "slips", "fraud", "downgrade")
PLAIN = (
    "the",
    "company",
    "said",
    "tcs",
    "infosys",
    "wipro",
    "board",
    "meets",
    "shares",
    "\u0928\u092b\u093e",
    "\u20b9",
)
WORDS = (*SPECIAL, *GOOD, *BAD, *PLAIN, HANG, HOG)
WIDTH = 6
LABELS = ("neutral", "positive", "negative")  # neither FinBERT's order nor ours


def embedding() -> np.ndarray:
    """One row a word: good words lean to the first column, bad ones to the second."""
    table = np.random.default_rng(7).normal(0.0, 0.3, (len(WORDS), WIDTH)).astype(np.float32)
    for words, column in ((GOOD, 0), (BAD, 1)):
        for word in words:
            table[WORDS.index(word), column] += 6.0
    return table


def weights() -> tuple[np.ndarray, np.ndarray]:
    """The last layer: pooled embedding to the three labels, in the order of `LABELS`."""
    matrix = np.random.default_rng(8).normal(0.0, 0.2, (WIDTH, 3)).astype(np.float32)
    matrix[0] = (-0.5, 2.0, -2.0)
    matrix[1] = (-0.5, -2.0, 2.0)
    return matrix, np.array([0.6, -0.1, 0.1], dtype=np.float32)


def expected(text: str, max_tokens: int = 256) -> tuple[float, float, float]:
    """p(positive), p(negative), p(neutral) of a lower-case text of words between spaces, in float64."""
    inner = [WORDS.index(word) if word in WORDS[4:] else 1 for word in text.split()][: max_tokens - 2]
    rows = embedding().astype(np.float64)[[2, *inner, 3]]
    matrix, bias = weights()
    logits = rows.mean(axis=0) @ matrix.astype(np.float64) + bias
    powers = np.exp(logits - logits.max())
    shares = dict(zip(LABELS, powers / powers.sum(), strict=True))
    return float(shares["positive"]), float(shares["negative"]), float(shares["neutral"])


def write_model(
    folder: Path, *, token_types: bool = True, labels: Sequence[str] = LABELS, most: int = 512, hog: str = HOG
) -> Path:
    """Write the three files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model(token_types=token_types, hog=hog), folder / "model.onnx")
    tokenizer().save(str(folder / "tokenizer.json"))
    config = {
        "model_type": "bert",
        "id2label": {str(number): label for number, label in enumerate(labels)},
        "max_position_embeddings": most,
        "pad_token_id": 0,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def tokenizer() -> Tokenizer:
    """Words between spaces and punctuation, lower case, between [CLS] and [SEP]."""
    made = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.normalizer = BertNormalizer(strip_accents=False)
    made.pre_tokenizer = BertPreTokenizer()
    made.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return made


def model(*, token_types: bool = True, hog: str = HOG) -> onnx.ModelProto:
    """Mean of the embeddings that the mask keeps, then one linear layer; the word `hog` asks for 8 GB."""
    matrix, bias = weights()
    nodes = [
        helper.make_node("Gather", ["embedding", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["mask3"]),
        helper.make_node("Mul", ["rows", "mask3"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "second"], ["sums"], keepdims=0),
        helper.make_node("ReduceSum", ["mask", "second"], ["counts"], keepdims=1),
        helper.make_node("Div", ["sums", "counts"], ["pooled"]),
        helper.make_node("MatMul", ["pooled", "matrix"], ["turned"]),
        helper.make_node("Add", ["turned", "bias"], ["judged"]),
        *_traps(),
        helper.make_node("Add", ["judged", "nothing"], ["logits"]),
    ]
    constants = {
        "embedding": embedding(), "matrix": matrix, "bias": bias,
        "last": np.array([2]), "second": np.array([1]), "hang": np.array(WORDS.index(HANG)),
        "hog": np.array(WORDS.index(hog)), "long": np.array(1 << 50), "large": np.array(2_000_000_000),
        "one": np.array([1]), "zero": np.array(0.0, dtype=np.float32), "go": np.array(True),
    }  # fmt: skip
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if token_types else [])]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in names],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["texts", 3])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(made)
    return made


def _traps() -> list[onnx.NodeProto]:
    """Nodes that add 0, in no time and space unless a text holds `HANG` or `HOG`."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go_on"], ["goes_on"]),
            helper.make_node("Sin", ["before"], ["after"]),
        ],
        "count",
        [
            helper.make_tensor_value_info("round", TensorProto.INT64, []),
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("before", TensorProto.FLOAT, []),
        ],
        [
            helper.make_tensor_value_info("goes_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("after", TensorProto.FLOAT, []),
        ],
    )
    return [
        helper.make_node("Equal", ["input_ids", "hang"], ["hangs"]),
        helper.make_node("Cast", ["hangs"], ["hangs_int"], to=TensorProto.INT64),
        helper.make_node("ReduceMax", ["hangs_int"], ["hung"], keepdims=0),
        helper.make_node("Mul", ["hung", "long"], ["rounds"]),
        helper.make_node("Loop", ["rounds", "go", "zero"], ["counted"], body=body),
        helper.make_node("Equal", ["input_ids", "hog"], ["hogs"]),
        helper.make_node("Cast", ["hogs"], ["hogs_int"], to=TensorProto.INT64),
        helper.make_node("ReduceMax", ["hogs_int"], ["hogged"], keepdims=0),
        helper.make_node("Mul", ["hogged", "large"], ["beyond"]),
        helper.make_node("Add", ["beyond", "one"], ["room"]),
        helper.make_node("ConstantOfShape", ["room"], ["heap"]),
        helper.make_node("ReduceSum", ["heap"], ["weighed"], keepdims=0),
        helper.make_node("Add", ["counted", "weighed"], ["nothing"]),
    ]
