"""Chart patterns drawn by hand: corners joined by straight lines, with ranges and noise around them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Corners = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Drawing:
    """A shape that is left upwards: what the price does, and the points that must be found (bar, role)."""

    path: Corners
    points: tuple[tuple[int, str], ...]


DRAWINGS = {
    "double_bottom": Drawing(
        ((0, 130), (30, 100), (45, 111), (60, 100.5), (80, 125)),
        ((30, "first_low"), (45, "neckline"), (60, "second_low")),
    ),
    "triple_bottom": Drawing(
        ((0, 135), (40, 100), (52, 110), (66, 100.6), (78, 114), (94, 100.2), (118, 128)),
        ((40, "first_low"), (52, "neckline"), (66, "second_low"), (78, "neckline"), (94, "third_low")),
    ),
    "inverse_head_and_shoulders": Drawing(
        ((0, 140), (40, 106), (50, 114), (65, 98), (80, 114.5), (91, 106.4), (115, 132)),
        ((40, "left_shoulder"), (50, "neckline"), (65, "head"), (80, "neckline"), (91, "right_shoulder")),
    ),
    "ascending_triangle": Drawing(
        ((0, 80), (20, 120), (35, 104), (50, 120), (63, 109), (75, 120), (84, 113.5), (95, 131)),
        ((20, "upper"), (35, "lower"), (50, "upper"), (63, "lower"), (75, "upper"), (84, "lower")),
    ),
    "symmetric_triangle_up": Drawing(
        ((0, 60), (20, 128), (37, 104), (53, 124), (67, 108), (79, 120.5), (89, 111.5), (106, 136)),
        ((20, "upper"), (37, "lower"), (53, "upper"), (67, "lower"), (79, "upper"), (89, "lower")),
    ),
    "falling_wedge": Drawing(
        ((0, 110), (15, 150), (33, 126), (48, 138), (63, 118), (76, 127), (88, 111.5), (108, 138)),
        ((15, "upper"), (33, "lower"), (48, "upper"), (63, "lower"), (76, "upper"), (88, "lower")),
    ),
    "rectangle_up": Drawing(
        ((0, 70), (20, 112), (32, 100), (45, 112), (58, 100), (70, 112), (82, 100), (100, 122)),
        ((20, "upper"), (32, "lower"), (45, "upper"), (58, "lower"), (70, "upper"), (82, "lower")),
    ),
    "cup_and_handle": Drawing(
        (
            (0, 95), (40, 125), (48, 117), (56, 111), (64, 107), (72, 105), (80, 104), (88, 105), (96, 107),
            (104, 111), (112, 117), (120, 125), (130, 118), (150, 132),
        ),
        ((40, "left_rim"), (80, "bottom"), (120, "right_rim"), (130, "handle")),
    ),
    "bull_flag": Drawing(
        (
            (0, 112), (30, 100), (38, 118), (41, 114.5), (43, 117), (46, 113), (48, 115.5), (51, 111.5), (53, 114),
            (58, 126),
        ),
        ((30, "pole_start"), (38, "pole_end"), (39, "upper"), (39, "lower")),
    ),
    "bull_pennant": Drawing(
        (
            (0, 112), (30, 100), (38, 118), (40, 112.5), (42, 116.8), (44, 113), (46, 116), (48, 113.8), (50, 115),
            (51, 114.4), (56, 126),
        ),
        ((30, "pole_start"), (38, "pole_end"), (39, "upper"), (39, "lower")),
    ),
}  # fmt: skip

# each a little off what it would have to be
NEAR_MISSES: dict[str, Corners] = {
    "double_bottom": ((0, 130), (30, 100), (45, 111), (60, 104), (80, 125)),  # lows at two levels
    "triple_bottom": ((0, 135), (40, 100), (52, 110), (66, 103.5), (78, 114), (94, 100.2), (118, 128)),
    "inverse_head_and_shoulders": ((0, 140), (40, 106), (50, 114), (65, 104.5), (80, 114.5), (91, 106.4), (115, 132)),
    "ascending_triangle": ((0, 100), (20, 120), (35, 104), (50, 126), (63, 109), (75, 132), (84, 115), (95, 140)),
    "symmetric_triangle_up": ((0, 100), (20, 128), (37, 112), (53, 124), (67, 108), (79, 120.5), (89, 104), (106, 136)),
    "falling_wedge": ((0, 110), (15, 150), (33, 126), (48, 137.6), (63, 114.7), (76, 127), (88, 105.3), (108, 138)),
    "rectangle_up": ((0, 90), (20, 112), (32, 100), (45, 116), (58, 104), (70, 120), (82, 108), (100, 130)),
    "cup_and_handle": ((0, 95), (40, 125), (80, 104), (120, 125), (130, 118), (150, 132)),  # a V, not a cup
    "bull_flag": ((0, 100), (30, 100), (38, 118), (50, 105), (58, 124)),  # gives back more than half the pole
    "bull_pennant": ((0, 100), (15, 100), (53, 118), (56, 113), (59, 117), (62, 114), (67, 126)),  # a slow rise
}


def drawn(path: Corners, *, noise: float = 0.0, seed: int = 0) -> dict[str, np.ndarray]:
    """Bars along a path; ranges about 1, volume that doubles on the last fifth."""
    rng = np.random.default_rng(seed)
    bars, prices = zip(*path, strict=True)
    middle = np.interp(np.arange(bars[-1] + 1), bars, prices)
    close = middle + noise * rng.uniform(-1.0, 1.0, len(middle))
    opened = np.concatenate([close[:1], close[:-1]])
    high = np.maximum(opened, close) + 0.4
    low = np.minimum(opened, close) - 0.4
    volume = np.where(np.arange(len(close)) >= 0.8 * len(close), 2000.0, 1000.0)
    return {"open": opened, "high": high, "low": low, "close": close, "volume": volume}


def upside_down(bars: dict[str, np.ndarray], about: float = 200.0) -> dict[str, np.ndarray]:
    """The same bars with prices mirrored."""
    return {
        "open": about - bars["open"],
        "high": about - bars["low"],
        "low": about - bars["high"],
        "close": about - bars["close"],
        "volume": bars["volume"],
    }
