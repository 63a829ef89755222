"""What `config.json` of a model says: which of its outputs is which direction, and how long a text may be."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

_WANTED = ("positive", "negative", "neutral")


class Unfit(Exception):
    """The folder holds no model that can be used; the text says what was expected and what was found."""


class _Config(msgspec.Struct):
    id2label: dict[str, str] | None = None
    max_position_embeddings: int | None = None
    pad_token_id: int | None = None
    model_type: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """Attributes of a model.

    Attributes
    ----------
    order : tuple of int
        The outputs that mean positive, negative and neutral.
    pad_id : int
        Token that fills up a short text.
    most_tokens : int or None
        Tokens that the model has places for.
    """

    order: tuple[int, int, int]
    pad_id: int
    most_tokens: int | None


def read_config(data: bytes) -> Config:
    """Read a `config.json`.

    Raises
    ------
    Unfit
        It is no JSON, or its `id2label` is not positive, negative and neutral in some order.
    """
    try:
        config = msgspec.json.decode(data, type=_Config)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unfit(f"config.json: expected a model's JSON object: {error}") from None
    pad_id = config.pad_token_id or 0
    most = config.max_position_embeddings
    if most is not None and "roberta" in config.model_type:
        most -= pad_id + 1  # RoBERTa counts its places from behind the padding token's number
    if most is not None and most < 3:
        raise Unfit(f"config.json: expected max_position_embeddings of at least 3 tokens, found {most}")
    return Config(_order_of(config.id2label), pad_id, most)


def _order_of(id2label: dict[str, str] | None) -> tuple[int, int, int]:
    if id2label is None:
        raise Unfit("config.json: expected id2label with positive, negative and neutral, found none")
    places = {label.strip().lower(): number for number, label in id2label.items()}
    if set(id2label) != {"0", "1", "2"} or set(places) != set(_WANTED):
        found = ", ".join(f"{number}: {label}" for number, label in list(id2label.items())[:8])
        raise Unfit(
            f"config.json: expected id2label 0, 1, 2 to be positive, negative, neutral, found {found or 'none'}"
        )
    positive, negative, neutral = (int(places[label]) for label in _WANTED)
    return positive, negative, neutral
