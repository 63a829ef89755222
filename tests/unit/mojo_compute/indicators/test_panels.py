"""Panels: many series at once, usual and unusual ones side by side."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.errors import InvalidInput, NotFound
from mojo_compute import indicators as ta
from mojo_compute.engines import available, select
from mojo_compute.engines.cython_engine import FAMILIES
from mojo_compute.indicators import compute, compute_panels, resolve, starts_of
from mojo_compute.indicators.tasks import tasks_of
from support.markets import MARKETS

ROWS = np.stack([MARKETS["INFY"]["close"], MARKETS["TATAMOTORS"]["close"]])


def test_rows_of_a_panel_are_series():
    whole = ta.panel("rsi", ROWS, period=9)
    assert whole.shape == ROWS.shape
    for row, values in zip(ROWS, whole, strict=True):
        np.testing.assert_array_equal(values, ta.rsi(row, 9))


def test_several_outputs_keep_their_names():
    bands = ta.panel("bollinger", ROWS, period=9, std_dev=1.5)
    np.testing.assert_array_equal(bands.upper_band[1], ta.bollinger(ROWS[1], 9, std_dev=1.5).upper_band)


def test_series_of_unequal_length_lie_behind_each_other():
    parts = [ROWS[0][:40], ROWS[1][:3], ROWS[1][:60]]
    values = ta.panel("sma", np.concatenate(parts), lengths=[40, 3, 60], period=5)
    np.testing.assert_array_equal(values[:40], ta.sma(parts[0], 5))
    assert np.isnan(values[40:43]).all()  # too short: no values
    np.testing.assert_array_equal(values[43:], ta.sma(parts[2], 5))


@pytest.mark.parametrize("engine", ["cython", "numpy"])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_each_series_has_what_it_has_alone_and_errors_sink_no_other(engine, threads):
    rng = np.random.default_rng(5)
    rows = [100.0 + rng.normal(size=int(rng.integers(1, 90))).cumsum() for _ in range(60)]
    rows[7][-1] = np.inf
    rows[20] = np.where(rng.random(80) < 0.1, np.nan, 50.0 + rng.random(80))
    rows[33][0] = -1.0
    wanted = [(BY_NAME["sma"], resolve(BY_NAME["sma"], {"period": 7})), (BY_NAME["rsi"], resolve(BY_NAME["rsi"], {}))]
    starts = starts_of([len(row) for row in rows])
    engines = select(engine)
    found = compute_panels(wanted, {"close": np.concatenate(rows)}, starts, engines, threads, prices=True)
    for (indicator, parameters), panel in zip(wanted, found, strict=True):
        for number, row in enumerate(rows):
            part = panel.outputs[0][starts[number] : starts[number + 1]]
            expected = alone(indicator, row, parameters, engines)
            if isinstance(expected, str):
                assert panel.errors[number].message == expected
                assert np.isnan(part).all()
            else:
                assert number not in panel.errors
                np.testing.assert_array_equal(part, expected)


def alone(indicator, row, parameters, engines) -> np.ndarray | str:
    """A series' values, or why it has none."""
    try:
        return compute(indicator, {"close": row}, parameters, engines, prices=True).outputs[0]
    except InvalidInput as error:
        return error.message


def test_a_panel_without_series_is_empty():
    panel = compute_panels([(BY_NAME["sma"], {"period": 3})], {"close": np.empty(0)}, starts_of([]), available())
    assert panel[0].outputs[0].shape == (0,)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: ta.panel("sma", ROWS, ROWS), "reads close"),
        (lambda: ta.panel("sma", ROWS[0]), "two dimensions"),
        (lambda: ta.panel("sma", ROWS[0], lengths=[3, 4]), "add up"),
        (lambda: ta.panel("sma", ROWS[0], lengths=[2.5, len(ROWS[0]) - 2.5]), "lengths must be whole numbers"),
        (lambda: ta.panel("sma", ROWS[0], lengths=[[2], [3]]), "lengths must be whole numbers"),
        (lambda: ta.panel("sma", ROWS[0], lengths=len(ROWS[0])), "lengths must be whole numbers"),
        (lambda: ta.panel("sma", [[1.0, 2.0], [3.0]], period=2), "of one length, or flat with lengths"),
        (lambda: ta.panel("sma", ROWS, period=1), "period"),
        (lambda: ta.panel("bollinger", ROWS, ma_type="emma"), "did you mean 'ema'"),
        (lambda: ta.panel("sma", np.where(ROWS[1][5] == ROWS, np.inf, ROWS)), "series 1: close must be finite"),
    ],
)
def test_a_wrong_panel_is_refused(call, said):
    with pytest.raises(InvalidInput, match=said):
        call()


def test_an_unknown_indicator_is_met_with_what_was_meant():
    with pytest.raises(NotFound, match="did you mean 'bollinger'"):
        ta.panel("bolinger", ROWS)


def wanted_of(family, members, period=None):
    """Members of a family, as it takes them together: each number the default of the member with the most."""
    first = max(family.members, key=lambda one: len(one.parameters))
    numbers = dict(zip(first.parameters, resolve(BY_NAME[first.name], {}).values(), strict=True))
    if period is not None and "period" in [one.name for one in BY_NAME[first.name].parameters]:
        numbers[0] = period
    wanted = []
    for member in members:
        indicator = BY_NAME[member.name]
        names = [one.name for one in indicator.parameters]
        given = {name: numbers[at] for name, at in zip(names, member.parameters, strict=True)}
        wanted.append((indicator, resolve(indicator, given)))
    return wanted


def check_together(family, wanted, threads=1):
    """Each has what it has alone, errors too: of long and short series, flat ones, with missing and wrong values."""
    markets = [MARKETS[name] for name in ("walk", "in paise", "short", "INFY", "constant", "zigzag", "rising", "walk")]
    markets += [{name: values[:90] for name, values in MARKETS["TATAMOTORS"].items()}] * 9
    markets += [{name: values[:length] for name, values in MARKETS["INFY"].items()} for length in (1, 15, 28, 41, 64)]
    starts = starts_of([len(bars["close"]) for bars in markets])
    flat = {name: np.concatenate([bars[name] for bars in markets]) for name in family.inputs}
    for column in flat.values():
        column[[30, 31, int(starts[4]) + 50]] = np.nan
        column[int(starts[10]) + 3] = np.inf
    together = compute_panels(wanted, flat, starts, available(), threads)
    for (indicator, parameters), found in zip(wanted, together, strict=True):
        alone = compute_panels([(indicator, parameters)], flat, starts, available())[0]
        assert {at: error.message for at, error in found.errors.items()} == {
            at: error.message for at, error in alone.errors.items()
        }
        for values, expected in zip(found.outputs, alone.outputs, strict=True):
            np.testing.assert_array_equal(values, expected, err_msg=indicator.name)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda one: one.members[0].name)
@pytest.mark.parametrize("threads", [1, 2])
def test_members_of_a_family_have_together_what_they_have_alone(family, threads):
    wanted = wanted_of(family, family.members)
    assert len(tasks_of(wanted, available())) == 1
    check_together(family, wanted, threads)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda one: one.members[0].name)
@pytest.mark.parametrize("period", [None, 2, 30])
def test_any_two_members_of_a_family_have_together_what_they_have_alone(family, period):
    for pair in combinations(family.members, 2):
        check_together(family, wanted_of(family, pair, period))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda one: one.members[0].name)
def test_members_of_a_family_are_declared_as_it_takes_them(family):
    assert [kernel.outputs for kernel in family.kernels] == list(range(1, len(family.kernels) + 1))
    assert sorted(slot for one in family.members for slot in one.outputs) == list(range(len(family.kernels)))
    for member in family.members:
        indicator = BY_NAME[member.name]
        assert len(member.outputs) == len(indicator.outputs)
        assert len(member.parameters) == len(indicator.parameters)
        assert set(indicator.inputs) <= set(family.inputs)
        assert not indicator.sparse


def test_an_indicator_belongs_to_one_family():
    names = [member.name for family in FAMILIES for member in family.members]
    assert len(names) == len(set(names))


def test_members_of_a_family_that_differ_are_computed_apart():
    wanted = [(BY_NAME[name], {"period": period}) for name, period in (("atr", 14), ("natr", 14), ("atr", 20))]
    wanted.append((BY_NAME["trange"], {}))
    assert [task.members for task in tasks_of(wanted, available())] == [(0, 1, 3), (2,)]


def test_a_family_reads_nothing_that_its_wanted_members_do_not():
    wanted = [(BY_NAME[name], {"period": 14}) for name in ("plus_dm", "minus_dm")]
    tasks = tasks_of(wanted, available())
    assert {name for task in tasks for name in task.inputs} == {"high", "low"}
