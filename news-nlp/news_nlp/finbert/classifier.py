"""A FinBERT model in this process: texts in, probabilities out. Only the worker imports this module."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_state
from tokenizers import Tokenizer

from news_nlp.finbert.batches import plan
from news_nlp.finbert.labels import Config, Unfit, read_config
from news_nlp.finbert.messages import Probabilities

# every error of onnxruntime has a class of its own, straight under Exception
ORT_ERRORS: tuple[type[Exception], ...] = tuple(
    kind for kind in vars(ort_state).values() if isinstance(kind, type) and issubclass(kind, Exception)
)
MOST_BATCH_TOKENS = 2048
_MOST_CONFIG_BYTES = 1 << 20
_MOST_TOKENIZER_BYTES = 64 << 20
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_OPTIONAL = "token_type_ids"
_DTYPES = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
_FLOATS = ("tensor(float)", "tensor(float16)", "tensor(double)")
_BLOCK_BYTES = 1 << 20
_WEIGHTS_APART = ("model.onnx.data", "model.onnx_data")  # as torch and optimum name them


class Classifier:
    """A model, its tokenizer and its labels.

    Parameters
    ----------
    folder : Path
        Holds `model.onnx`, `tokenizer.json` and `config.json`; no other file is opened but
        weights that the model itself keeps apart, and those only inside the folder.
    max_tokens : int
        Tokens of a text that are read, the special ones counted.
    threads : int
        Threads that compute.

    Raises
    ------
    Unfit
    MemoryError
    """

    def __init__(self, folder: Path, *, max_tokens: int, threads: int) -> None:
        self._config = _config_of(folder)
        self.max_tokens = min(max_tokens, self._config.most_tokens or max_tokens)
        self._tokenizer = _tokenizer_of(folder, self.max_tokens)
        self._session = _session_of(folder, threads)
        self._dtypes = _input_dtypes(self._session)
        self._output = _output_of(self._session)
        self.digest = _digest_of(folder)
        try:
            self.probabilities(["The company said"])
        except ORT_ERRORS as error:
            if is_out_of_memory(error):
                raise MemoryError from None
            raise Unfit(f"model.onnx: expected to score a first text: {first_line(error)}") from None

    def probabilities(self, texts: Sequence[str]) -> list[Probabilities]:
        """Score texts; the result does not depend on which texts are scored together, but for rounding.

        Raises
        ------
        Unfit
            The model answers something else than three finite numbers a text.
        onnxruntime's errors
            `ORT_ERRORS`.
        """
        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        found: dict[int, Probabilities] = {}
        for batch in plan([len(ids) for ids in encoded], MOST_BATCH_TOKENS):
            for at, row in zip(batch, self._run([encoded[at] for at in batch]), strict=True):
                found[at] = Probabilities(*(float(row[place]) for place in self._config.order))
        return [found[at] for at in range(len(encoded))]

    def _run(self, rows: list[list[int]]) -> Any:
        """Softmax of the model's output for texts as token numbers, filled up to the longest."""
        longest = max(1, *(len(ids) for ids in rows))
        ids = np.full((len(rows), longest), self._config.pad_id, dtype=np.int64)
        mask = np.zeros_like(ids)
        for place, tokens in enumerate(rows):
            ids[place, : len(tokens)] = tokens
            mask[place, : len(tokens)] = 1
        given = {"input_ids": ids, "attention_mask": mask, _OPTIONAL: np.zeros_like(ids)}
        inputs = {name: given[name].astype(dtype, copy=False) for name, dtype in self._dtypes.items()}
        logits = np.asarray(self._session.run([self._output], inputs)[0], dtype=np.float64)
        if logits.shape != (len(rows), 3) or not np.isfinite(logits).all():
            raise Unfit(f"model.onnx: expected {len(rows)} rows of 3 finite numbers, found shape {logits.shape}")
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)


def first_line(error: Exception) -> str:
    """What a library's error says, without the lines behind the first."""
    return str(error).strip().partition("\n")[0][:500] or type(error).__name__


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error of onnxruntime says that an allocation failed."""
    text = str(error).lower()
    return "bad_alloc" in text or "bad allocation" in text or "failed to allocate memory" in text


def _read(folder: Path, name: str, most_bytes: int) -> bytes:
    try:
        with (folder / name).open("rb") as file:
            data = file.read(most_bytes + 1)
    except OSError as error:
        raise Unfit(f"expected a file {folder / name}: {error.strerror}") from None
    if len(data) > most_bytes:
        raise Unfit(f"{name}: expected at most {most_bytes >> 20} MiB")
    return data


def _config_of(folder: Path) -> Config:
    return read_config(_read(folder, "config.json", _MOST_CONFIG_BYTES))


def _tokenizer_of(folder: Path, max_tokens: int) -> Tokenizer:
    data = _read(folder, "tokenizer.json", _MOST_TOKENIZER_BYTES)
    try:
        tokenizer = Tokenizer.from_buffer(data)
        tokenizer.enable_truncation(max_tokens)
    except Exception as error:  # noqa: BLE001 - the library raises nothing more precise
        raise Unfit(f"tokenizer.json: expected a tokenizer of the tokenizers library: {first_line(error)}") from None
    tokenizer.no_padding()
    return tokenizer


def _session_of(folder: Path, threads: int) -> ort.InferenceSession:
    path = folder / "model.onnx"
    if not path.is_file():
        raise Unfit(f"expected a file {path}: {'not a regular file' if path.exists() else 'No such file or directory'}")
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # shapes change with every batch: an arena would keep the memory of each for good
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except ORT_ERRORS as error:
        if is_out_of_memory(error):
            raise MemoryError from None
        raise Unfit(f"model.onnx: expected an ONNX model: {first_line(error)}") from None


def _input_dtypes(session: ort.InferenceSession) -> dict[str, Any]:
    """The numpy type of each input that the model wants."""
    inputs = {one.name: one for one in session.get_inputs()}
    required = set(_INPUTS) - {_OPTIONAL}
    if not required <= set(inputs) <= set(_INPUTS):
        raise Unfit(
            f"model.onnx: expected inputs input_ids, attention_mask and perhaps token_type_ids, "
            f"found {', '.join(sorted(inputs)) or 'none'}"
        )
    for name, one in inputs.items():
        if one.type not in _DTYPES or len(one.shape) != 2 or any(isinstance(size, int) for size in one.shape):
            raise Unfit(
                f"model.onnx: expected {name} to be integers of any count of texts and tokens, "
                f"found {one.type} of shape {one.shape}"
            )
    return {name: _DTYPES[one.type] for name, one in inputs.items()}


def _output_of(session: ort.InferenceSession) -> str:
    """The name of the output that holds three numbers a text."""
    outputs = session.get_outputs()
    chosen = next((one for one in outputs if one.name == "logits"), outputs[0])
    if chosen.type not in _FLOATS or len(chosen.shape) != 2 or chosen.shape[1] not in (3, None, *_names(chosen.shape)):
        raise Unfit(
            f"model.onnx: expected an output of 3 numbers a text, found {chosen.name}, {chosen.type} of shape "
            f"{chosen.shape}"
        )
    return str(chosen.name)


def _names(shape: Sequence[object]) -> list[str]:
    """Sizes that are not known before the model runs."""
    return [size for size in shape if isinstance(size, str)]


def _digest_of(folder: Path) -> str:
    """The first eight digits of the SHA-256 of `model.onnx`, and of the weights behind it where they stand apart."""
    digest = hashlib.sha256()
    for path in (folder / name for name in ("model.onnx", *_WEIGHTS_APART)):
        if path.is_file():
            with path.open("rb") as file:
                while block := file.read(_BLOCK_BYTES):
                    digest.update(block)
    return digest.hexdigest()[:8]
