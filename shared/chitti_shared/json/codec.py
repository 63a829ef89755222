"""Structs from JSON and back, with number arrays on a path of their own.

`scan` leaves a token where a number array stood; msgspec hands the token to `_resolve`,
which answers with the array.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count
from typing import Any, TypeVar

import msgspec
import numpy as np
from msgspec import inspect

from chitti_shared.contracts.action import Blob
from chitti_shared.contracts.arrays import Document, Integers, Table
from chitti_shared.errors import ComputationError, InvalidInput
from chitti_shared.json._infinite import infinite_in
from chitti_shared.json._scan import Scanned, scan
from chitti_shared.json.failures import all_explained
from chitti_shared.json.numbers import as_series, write_numbers

T = TypeVar("T")


# Arrays between `scan` and the struct they belong to, by token. A token is used once, by
# the thread that made it, so the dict needs no lock.
_parked: dict[str, np.ndarray] = {}
_READ = (np.dtype(np.float64), np.dtype(object))  # objects: rows that differ in length
_SECRET = secrets.token_hex(16)
_section_numbers = count()


_keys: dict[type, frozenset[str]] = {}


def array_keys_of(kind: type) -> frozenset[str]:
    """Names of the number-array fields of a struct and of all that it holds; with `name.*`, of tables too."""
    known = _keys.get(kind)
    if known is None:
        known = _keys[kind] = _number_arrays_in(kind)
    return known


def _number_arrays_in(kind: type) -> frozenset[str]:
    keys: set[str] = set()
    seen: set[type] = set()

    def walk(node: inspect.Type, name: str | None) -> None:
        if isinstance(node, inspect.CustomType):
            if node.cls in (np.ndarray, Integers, Table) and name is not None:
                keys.add(name)
                if node.cls is Table:
                    keys.add(f"{name}.*")  # the arrays of an object there too
        elif isinstance(node, inspect.StructType):
            if node.cls not in seen:
                seen.add(node.cls)
                for field in node.fields:
                    walk(field.type, field.encode_name)
        elif isinstance(node, inspect.Metadata):
            walk(node.type, name)
        elif isinstance(node, inspect.UnionType):
            for option in node.types:
                walk(option, name)
        elif isinstance(node, inspect.ListType | inspect.VarTupleType):
            walk(node.item_type, None)
        elif isinstance(node, inspect.DictType):
            walk(node.value_type, None)

    walk(inspect.type_info(kind), None)
    return frozenset(keys)


UNSPENT_UPLOAD = "token of an upload of this connection, unused"
FindUpload = Callable[[str], np.ndarray]


def _no_upload(_token: str) -> np.ndarray:
    raise ValueError(f"Expected `{UNSPENT_UPLOAD}`")


def _resolve(kind: type, value: object, find_upload: FindUpload = _no_upload) -> object:
    if kind is Integers:
        return _whole(_resolve(np.ndarray, value, find_upload)).view(Integers)  # type: ignore[arg-type]
    if kind is Table:
        return _table(value, find_upload)
    if kind is Document:
        if not isinstance(value, dict):
            raise ValueError("Expected `object`")
        return Document({name: _unparked(one) for name, one in value.items()})
    array = _parked.pop(value, None) if isinstance(value, str) else None
    if kind is np.ndarray:
        if array is None and isinstance(value, dict):
            return _uploaded(value, find_upload)
        if array is None:
            return _series_of(value)
        return array if array.dtype in _READ else array.astype(np.float64)
    if kind is Blob:
        if array is not None:
            return Blob(array.tobytes())
        if isinstance(value, str):
            return Blob(value.encode())
        raise ValueError("Expected `str`")
    raise NotImplementedError(f"no decoder for {kind!r}")


def _unparked(value: object) -> object:
    """The same with lists in the places of arrays."""
    if isinstance(value, str):
        array = _parked.pop(value, None)
        return value if array is None else _listed(array)
    if isinstance(value, dict):
        return {name: _unparked(one) for name, one in value.items()}
    return [_unparked(one) for one in value] if isinstance(value, list) else value


def _listed(array: np.ndarray) -> list[Any]:
    if array.dtype == object or array.ndim > 1:
        return [_listed(row) for row in array]
    return [None if number != number else number for number in array.tolist()]


def _whole(numbers: np.ndarray) -> np.ndarray:
    """The same as integers; rows that differ in length each for itself."""
    if numbers.dtype != object:
        return numbers.astype(np.int32)
    rows = np.empty(len(numbers), dtype=object)
    rows[:] = [row.astype(np.int32) for row in numbers]
    return rows


def _uploaded(value: dict[object, object], find_upload: FindUpload) -> np.ndarray:
    token = value.get("upload")
    if len(value) != 1 or not isinstance(token, str):
        raise ValueError("Expected `array of finite numbers or null`, got `object`")
    return find_upload(token)


def _table(value: object, find_upload: FindUpload) -> Table:
    """Series by name, or what an array of rows may be."""
    if isinstance(value, dict) and value.keys() != {"upload"}:
        try:
            series = {name: _resolve(np.ndarray, one, find_upload) for name, one in value.items()}
        except ValueError:
            raise ValueError("Expected `object of arrays of finite numbers or null`") from None
        if any(one.ndim != 1 for one in series.values()):  # type: ignore[attr-defined]
            raise ValueError("Expected `object of arrays of finite numbers or null`")
        return Table(series)  # type: ignore[arg-type]
    return Table(_resolve(np.ndarray, value, find_upload))  # type: ignore[arg-type]


def _series_of(value: object) -> np.ndarray:
    """A list below a key that the scan was not told of (a mapping of series, a list of them)."""
    if not isinstance(value, list) or any(isinstance(v, bool) or not isinstance(v, int | float | None) for v in value):
        raise ValueError("Expected `array of finite numbers or null`")
    return np.array([np.nan if v is None else v for v in value], dtype=np.float64)


_decoders: dict[type, msgspec.json.Decoder[Any]] = {}


def _decoder(kind: type[T], find_upload: FindUpload | None = None) -> msgspec.json.Decoder[T]:
    if find_upload is not None:
        return msgspec.json.Decoder(kind, dec_hook=partial(_resolve, find_upload=find_upload))
    known = _decoders.get(kind)
    if known is None:
        known = _decoders[kind] = msgspec.json.Decoder(kind, dec_hook=_resolve)
    return known


def decode(kind: type[T], data: bytes | bytearray | memoryview, sections: Mapping[str, np.ndarray] | None = None) -> T:
    """A struct from the JSON object of its fields.

    Parameters
    ----------
    kind : type
        msgspec struct; its `np.ndarray` fields take arrays of finite numbers and nulls.
    data : bytes-like
        JSON object.
    sections : mapping of str to ndarray, optional
        Fields that came apart from the JSON.

    Raises
    ------
    InvalidInput
        Strict JSON or the struct's constraints are violated; `details` has `field` and
        `constraint`.
    PayloadTooLarge
        Depth or length beyond the limits.
    """
    return decode_scanned(kind, scan(data, array_keys=array_keys_of(kind)), sections)


def decode_scanned(
    kind: type[T],
    scanned: Scanned,
    sections: Mapping[str, np.ndarray] | None = None,
    find_upload: FindUpload | None = None,
) -> T:
    """`decode` of a text that has been scanned with the struct's array keys.

    `find_upload` answers with the array that `{"upload": token}` stands for; it raises
    ValueError where there is none. By default there are none.
    """
    arrays, rest = scanned.arrays, scanned.rest
    if sections:
        arrays, rest = _with_sections(arrays, rest, sections)
    decoder = _decoder(kind, find_upload)
    if not arrays:
        try:
            return decoder.decode(rest)
        except msgspec.DecodeError as error:
            raise all_explained(kind, rest, error, partial(_resolve, find_upload=find_upload or _no_upload)) from None
    _parked.update(arrays)
    try:
        decoded = decoder.decode(rest)
    except msgspec.DecodeError as error:
        _parked.update(arrays)  # for the second look, at one field after the other
        raise all_explained(kind, rest, error, partial(_resolve, find_upload=find_upload or _no_upload)) from None
    finally:
        left = [token for token in arrays if _parked.pop(token, None) is not None]
    if left:
        raise InvalidInput("a number array stands where none is expected", constraint="no array there")
    return decoded


def _with_sections(
    arrays: dict[str, np.ndarray], rest: bytes, sections: Mapping[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], bytes]:
    """The text with one more member, a token, for each section."""
    names = frozenset(sections)
    inline = scan(rest, array_keys=frozenset(), reserved=names)
    if inline.reserved:
        name = min(inline.reserved)
        raise InvalidInput(f"{name} is given both inline and as a section", field=name, constraint="given once")
    arrays = dict(arrays)
    members = [] if inline.rest == b"{}" else [inline.rest[1:-1]]
    for name, values in sections.items():
        token = f"{_SECRET}{next(_section_numbers):x}"
        arrays[token] = values if values.dtype == np.uint8 else as_series(name, values)
        members.append(msgspec.json.encode(name) + b":" + msgspec.json.encode(token))
    return arrays, b"{" + b",".join(members) + b"}"


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return msgspec.Raw(write_numbers(value))
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Blob):
        return value.data.decode()
    if isinstance(value, Table):
        return value.series
    if isinstance(value, Document):
        return value.fields
    raise NotImplementedError(f"no JSON form for {type(value)!r}")


_encoder = msgspec.json.Encoder(enc_hook=_plain)


def encode(value: object) -> bytes:
    """JSON of structs, dicts and number arrays; NaN is null.

    Raises
    ------
    ComputationError
        An array or a field holds an infinity; `details.field` says which field.
    """
    text = _encoder.encode(value)
    if b"null" in text and (field := infinite_in(value)) is not None:
        raise ComputationError(f"{field}: a result is infinite", field=field)
    return text


_AT_ONCE = 32  # structs of a long list: of the usual size they make texts that malloc need not map


def encode_in_pieces(value: msgspec.Struct) -> list[bytes | memoryview]:
    """`encode`, as pieces that are the text one behind the other.

    One text of many megabytes is memory fresh from the system, which costs more than the printing;
    that of pieces is used again.

    Raises
    ------
    ComputationError
        As `encode`.
    """
    fields = [
        (key, getattr(value, name))
        for name, key in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True)
    ]
    config = value.__struct_config__
    if config.omit_defaults or config.tag is not None or not any(_is_long(item) for _key, item in fields):
        return [encode(value)]
    pieces: list[bytes | memoryview] = []
    try:
        for key, item in fields:
            if item is msgspec.UNSET:
                continue
            pieces.append((b"," if pieces else b"{") + msgspec.json.encode(key) + b":")
            pieces += _list_pieces(item) if _is_long(item) else [encode(item)]
    except ComputationError:
        return [encode(value)]  # says where in the whole
    return [*pieces, b"}"]


def _is_long(item: object) -> bool:
    return isinstance(item, list) and len(item) > _AT_ONCE and isinstance(item[0], msgspec.Struct)


def _list_pieces(items: list[msgspec.Struct]) -> Iterator[bytes | memoryview]:
    for first in range(0, len(items), _AT_ONCE):
        yield b"," if first else b"["
        yield memoryview(encode(items[first : first + _AT_ONCE]))[1:-1]
    yield b"]"


_SCALARS = (str, int, float)
_PLAIN = frozenset({*_SCALARS, bool, type(None), msgspec.UnsetType})  # most fields: not worth a generator each


def values_in(value: object) -> Iterator[int]:
    """Sizes of the number arrays that a struct, dict or list holds at any depth."""
    if isinstance(value, np.ndarray):
        yield sum(map(len, value)) if value.dtype == object else value.size
    elif isinstance(value, Table):
        yield from values_in(value.series)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            item = getattr(value, name)
            if type(item) not in _PLAIN:
                yield from values_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from values_in(item)
    elif isinstance(value, list | tuple):
        if value and isinstance(value[0], _SCALARS):  # a list of dates is as long as its prices
            return
        for item in value:
            yield from values_in(item)
