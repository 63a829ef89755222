"""Contracts of mojo-compute: generated from the declarations, complete, and typed."""

from __future__ import annotations

import json

import msgspec
import pytest
from chitti_shared.contracts import compute
from chitti_shared.contracts.action import schema_of
from chitti_shared.contracts.indicators import INDICATORS
from chitti_shared.json import array_keys_of


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda one: one.name)
def test_an_indicator_has_an_action_for_its_name_and_each_alias(indicator):
    for name in (indicator.name, *indicator.aliases):
        action = compute.MOJO_COMPUTE.by_name[f"compute_{name}"]
        assert action.route is not None
        assert (action.route.method, action.route.path) == ("POST", f"/api/compute/{name}")
        assert set(indicator.outputs) == array_keys_of(action.reply)
        assert {one.name for one in indicator.parameters} <= set(action.request.__struct_fields__)


@pytest.mark.parametrize("action", compute.MOJO_COMPUTE.actions, ids=lambda one: one.name)
def test_every_action_has_a_json_schema(action):
    assert json.dumps(schema_of(action.request))
    assert json.dumps(schema_of(action.reply))


def test_bounds_and_defaults_are_those_of_the_declaration():
    schema = schema_of(compute.RSI.request)["$defs"]["ComputeRsiRequest"]["properties"]["period"]
    assert (schema["default"], schema["minimum"], schema["maximum"]) == (14, 2, 100_000)


def test_routes_of_the_service_are_all_different():
    routes = [action.route for action in compute.MOJO_COMPUTE.actions if action.route is not None]
    assert len({(route.method, route.path) for route in routes}) == len(routes)


def test_a_parameter_nobody_knows_is_refused():
    with pytest.raises(msgspec.ValidationError, match="length"):
        msgspec.json.decode(b'{"length":3}', type=compute.SMA.request)


def test_an_alias_means_the_same_action():
    assert compute.action_of("bbands") is compute.BOLLINGER


def test_the_arrays_of_a_batch_are_known_to_the_scan():
    inputs = {name for one in INDICATORS for name in one.inputs}
    assert array_keys_of(compute.ComputeBatchRequest) == inputs | {"prices", "prices2", "periods"}
