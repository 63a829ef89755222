from __future__ import annotations

import pytest
from chitti_shared.db.identifiers import compose, quoted, quoted_list
from hypothesis import given
from hypothesis import strategies as st


def test_names_are_quoted_part_by_part() -> None:
    assert quoted("eod_prices") == '"eod_prices"'
    assert quoted("md.eod_prices") == '"md"."eod_prices"'
    assert quoted_list(["a", "b"], prefix="excluded.") == 'excluded."a", excluded."b"'
    assert compose("SELECT 1 FROM {table}", table="md.bars") == 'SELECT 1 FROM "md"."bars"'


@pytest.mark.parametrize(
    "name", ["", ".", "md.", ".bars", "a.b.c", "Bars", 'x"y', "x;y", "x y", "1x", "x\n", "ä", "x" * 64]
)
def test_odd_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="expected a lower-case name"):
        quoted(name)


@given(st.text())
def test_what_passes_has_no_more_quotes_than_were_put_around_it(name: str) -> None:
    try:
        result = quoted(name)
    except ValueError:
        return
    assert result.replace('"', "") == name
    assert result.count('"') == 2 * (name.count(".") + 1)
