"""Chart patterns drawn by hand are found where they were drawn, and those that are a little off are not."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.contracts.signals.patterns import BY_NAME, PATTERNS
from signal_service.patterns import Pattern, find_patterns
from signal_service.patterns.shapes import DOWNWARDS, ROLES, ROLES_DOWN, SHAPES, UPWARDS
from support.drawn_shapes import DRAWINGS, NEAR_MISSES, drawn, upside_down

SEEDS = range(12)
MIRROR = dict(zip(UPWARDS, DOWNWARDS, strict=True))
MIRRORED_ROLE = dict(zip(ROLES, ROLES_DOWN, strict=True))


def found(bars: dict[str, np.ndarray], name: str) -> list[Pattern]:
    return find_patterns(**bars, names=[name])


def is_drawn(pattern: Pattern, points: tuple[tuple[int, str], ...]) -> bool:
    """Whether the pattern begins with the points drawn, give or take three bars."""
    pairs = list(zip(pattern.points, points, strict=False))
    return len(pairs) == len(points) and all(
        abs(point.bar - bar) <= 3 and point.role == role for point, (bar, role) in pairs
    )


def test_every_kind_is_drawn():
    assert set(DRAWINGS) == set(NEAR_MISSES) == set(UPWARDS)


@pytest.mark.parametrize("name", UPWARDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_drawn_shape_is_found_with_its_points(name, seed):
    drawing = DRAWINGS[name]
    shapes = found(drawn(drawing.path, noise=0.25, seed=seed), name)
    assert any(is_drawn(one, drawing.points) for one in shapes)


@pytest.mark.parametrize("name", UPWARDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_drawing_upside_down_is_found_as_its_mirror_image(name, seed):
    drawing = DRAWINGS[name]
    points = tuple((bar, MIRRORED_ROLE[role]) for bar, role in drawing.points)
    shapes = found(upside_down(drawn(drawing.path, noise=0.25, seed=seed)), MIRROR[name])
    assert any(is_drawn(one, points) for one in shapes)


@pytest.mark.parametrize("name", UPWARDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_drawing_a_little_off_is_not_found(name, seed):
    bars = drawn(NEAR_MISSES[name], noise=0.25, seed=seed)
    assert found(bars, name) == []
    assert found(upside_down(bars), MIRROR[name]) == []


@pytest.mark.parametrize("name", UPWARDS)
def test_a_shape_ends_with_the_close_that_completes_it(name):
    bars = drawn(DRAWINGS[name].path)
    (shape,) = found(bars, name)[-1:]
    assert shape.points[-1] == (shape.last, bars["close"][shape.last], "breakout")
    assert shape.first == shape.points[0].bar
    assert [one.bar for one in shape.points] == sorted(one.bar for one in shape.points)
    assert shape.invalidation < bars["close"][shape.last] < shape.target


def test_the_target_of_a_double_bottom_is_its_height_above_the_neckline():
    (shape,) = found(drawn(DRAWINGS["double_bottom"].path), "double_bottom")
    one, neck, two = (point.price for point in shape.points[:3])
    assert shape.target == pytest.approx(neck + neck - (one + two) / 2.0)
    assert shape.invalidation == min(one, two)


def test_the_target_of_a_flag_is_its_pole_above_its_lowest_low():
    bars = drawn(DRAWINGS["bull_flag"].path)
    shape = found(bars, "bull_flag")[-1]
    start, end = shape.points[:2]
    lowest = bars["low"][end.bar : shape.last].min()
    assert shape.target == pytest.approx(lowest + end.price - start.price)
    assert shape.invalidation == pytest.approx(min(lowest, bars["low"][shape.last]))


def test_a_line_of_the_neck_that_slants_is_followed_to_the_last_bar():
    bars = drawn(DRAWINGS["inverse_head_and_shoulders"].path)
    (shape,) = found(bars, "inverse_head_and_shoulders")
    left, head, right = shape.points[1:4]
    slope = (right.price - left.price) / (right.bar - left.bar)
    height = left.price + slope * (head.bar - left.bar) - head.price
    assert shape.target == pytest.approx(left.price + slope * (shape.last - left.bar) + height)


def test_a_lively_breakout_has_the_higher_quality():
    quiet, lively = drawn(DRAWINGS["double_bottom"].path), drawn(DRAWINGS["double_bottom"].path)
    lively["volume"][69] = 5000.0
    quiet["volume"][69] = 100.0
    (dull,), (bright,) = found(quiet, "double_bottom"), found(lively, "double_bottom")
    assert bright.quality - dull.quality == pytest.approx(0.2)


def test_unknown_volumes_count_neither_for_nor_against():
    bars = drawn(DRAWINGS["double_bottom"].path)
    known = found(bars, "double_bottom")[0].quality
    (without,) = found(bars | {"volume": np.full(len(bars["close"]), np.nan)}, "double_bottom")
    assert without.quality == pytest.approx(found(bars | {"volume": bars["volume"] * 0.0}, "double_bottom")[0].quality)
    assert abs(without.quality - known) <= 0.1


def test_evener_lows_make_the_better_double_bottom():
    uneven = ((0, 130), (30, 100), (45, 111), (60, 101.8), (80, 125))
    (worse,) = found(drawn(uneven), "double_bottom")
    (better,) = found(drawn(DRAWINGS["double_bottom"].path), "double_bottom")
    assert better.quality > worse.quality


def test_a_rectangle_is_not_told_as_a_triple_bottom_too():
    path = ((0, 150), (20, 100), (32, 112), (45, 100), (58, 112), (70, 100), (90, 122))
    names = [one.name for one in find_patterns(**drawn(path)) if one.last > 70]
    assert "rectangle_up" in names
    assert not {"triple_bottom", "double_bottom"} & set(names)


def test_the_kinds_agree_with_the_table_that_rules_name():
    table = {one.name: one.direction for one in PATTERNS if one.family == "shape"}
    assert table == dict.fromkeys(UPWARDS, "bullish") | dict.fromkeys(DOWNWARDS, "bearish")
    assert set(SHAPES.names) <= set(BY_NAME)
