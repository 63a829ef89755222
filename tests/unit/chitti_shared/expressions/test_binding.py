"""A parameter means what its value would mean in its place."""

from __future__ import annotations

from typing import Any

from chitti_shared.expressions import lower, parse_rule
from hypothesis import given, settings
from hypothesis import strategies as st
from support.expressions import truths


def named(document: Any, values: dict[str, float], choose: Any) -> Any:
    """The document with some of its numbers named, which then stand in `values`."""
    if isinstance(document, dict):
        return {key: one if key == "output" else named(one, values, choose) for key, one in document.items()}
    if isinstance(document, list):
        return [named(one, values, choose) for one in document]
    if isinstance(document, bool | str) or not choose():
        return document
    name = f"x{len(values)}"
    values[name] = document
    return {"param": name}


@settings(max_examples=150, deadline=None)
@given(truths(3), st.data())
def test_a_bound_rule_is_the_rule_with_its_numbers_written(document, data):
    values: dict[str, float] = {}
    of_names = named(document, values, lambda: data.draw(st.booleans()))
    plain = parse_rule(document)
    rule = parse_rule({"when": of_names, "parameters": values})
    assert rule.bind() == plain.bind()
    assert lower(rule.bind()) == lower(plain.bind())
    assert set(rule.values()) == set(values)
    again = parse_rule({"when": of_names, "parameters": {name: {"default": one} for name, one in values.items()}})
    assert again.bind(values) == plain.bind()
    assert again.fingerprint == rule.fingerprint
    assert (plain.fingerprint == rule.fingerprint) == (not values)
