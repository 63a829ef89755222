from __future__ import annotations

import typing
from collections.abc import Iterator
from types import UnionType

import msgspec
import pytest
from chitti_shared.contracts.services import SERVICES

KINDS = {
    f"{service.name} {action.name}": action.request
    for service in SERVICES.values()
    for action in service.by_name.values()
}


def parts(kind: object) -> list[object]:
    """The members of a union, without what is annotated to them; of anything else itself."""
    return list(typing.get_args(kind)) if typing.get_origin(kind) in (typing.Union, UnionType) else [kind]


def unions(kind: object) -> Iterator[list[object]]:
    members = parts(kind)
    if len(members) > 1:
        yield members
    for one in members:
        if typing.get_origin(one) is not None:
            for inner in typing.get_args(one):
                yield from unions(inner)


def has_pattern(kind: object) -> bool:
    return any(isinstance(meta, msgspec.Meta) and meta.pattern for meta in getattr(kind, "__metadata__", ()))


def is_container(kind: object) -> bool:
    bare = typing.get_args(kind)[0] if hasattr(kind, "__metadata__") else kind
    return typing.get_origin(bare) in (dict, list, tuple, set)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_no_text_with_a_pattern_stands_beside_a_container(name: str):
    # msgspec 0.22 frees what it does not own when a decoder of such a union is dropped
    for hint in typing.get_type_hints(KINDS[name], include_extras=True).values():
        for members in unions(hint):
            assert not (any(map(has_pattern, members)) and any(map(is_container, members)))
