"""Rows in PostgreSQL's binary COPY format."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from chitti_shared.db import PackedRows, pack_rows


def test_a_row_has_the_bytes_of_the_format():
    packed = pack_rows(
        [
            np.array([7], dtype=np.int32),
            np.array(["2000-01-02"], dtype="datetime64[D]"),
            np.array([1.5]),
            np.array([True]),
            "né",
            "",
        ]
    )
    assert packed == struct.pack(">hiiiiidi?i3si", 6, 4, 7, 4, 1, 8, 1.5, 1, True, 3, "né".encode(), 0)


async def test_blocks_stand_between_one_header_and_one_trailer():
    blocks = [pack_rows([np.arange(count, dtype=np.int32)]) for count in (40_000, 0, 3)]
    pieces = [piece async for piece in PackedRows(blocks).pieces()]
    assert pieces[0] == b"PGCOPY\n\xff\r\n\0" + bytes(8)
    assert b"".join(pieces[1:-1]) == b"".join(blocks)
    assert pieces[-1] == b"\xff\xff"


@pytest.mark.parametrize("kind", ["int64", "float32", "datetime64[s]", "U3", "object"])
def test_a_column_of_another_type_is_refused(kind):
    with pytest.raises(TypeError, match="expected int32, float64, bool or datetime64"):
        pack_rows([np.zeros(2, dtype=kind)])
