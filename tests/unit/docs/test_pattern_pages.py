"""What docs/SIGNALS.md says of chart patterns is what the kernel does."""

from __future__ import annotations

from pathlib import Path

import pytest
from signal_service.patterns.shapes import SHAPES
from support.readable_swings import LIMITS as L

DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.fixture(scope="module")
def page() -> str:
    return " ".join((DOCS / "SIGNALS.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize("name", SHAPES.names)
def test_every_shape_has_its_picture(page, name):
    assert f"(img/patterns/{name}.png)" in page
    assert (DOCS / "img" / "patterns" / f"{name}.png").stat().st_size > 1000


@pytest.mark.parametrize(
    "said",
    [
        f"two lows within {L['SAME_LEVEL']:g} *h*, {L['SHORTEST_TURN']:g} to {L['LONGEST_TURN']:g} bars apart, "
        f"after a fall of at least {L['LEAST_FALL']:g} *h*",
        f"the highs between within {L['SAME_NECK']:g} *h*, {2 * L['SHORTEST_TURN']:g} to "
        f"{2 * L['LONGEST_TURN']:g} bars",
        f"a low at least {L['LEAST_DEPTH']:g} *h* below two that are within {L['SAME_SHOULDER']:g} *h*",
        f"the shorter side at least {L['LEAST_EVEN']:g} of the longer",
        f"lows that rise by {L['STEEP_LINE']:g} widths or more",
        f"together by {2 * L['STEEP_LINE']:g} widths or more",
        f"within {L['SAME_RIM']:g} *h*, {L['SHORTEST_CUP']:g} to {L['LONGEST_CUP']:g} bars apart",
        f"{100 * L['LEAST_ROUND']:g} % of the closes or more",
        f"after a rise of at least {L['LEAST_RISE']:g} *h*; then a dip of at most {L['DEEPEST_HANDLE']:g} *h* and at "
        f"least {L['SHORTEST_HANDLE']:g} bars",
        f"a rise of {L['LEAST_POLE']:g} ATRs or more within {L['LONGEST_POLE']:g} bars; then {L['SHORTEST_REST']:g} to "
        f"{L['LONGEST_REST']:g} bars",
        f"fall or rise by at most {L['RISING_REST']:g} of it",
        f"to less than {L['PARALLEL']:g} of the width",
        f"at least {L['LEAST_HEIGHT']:g} ATRs high, cups {L['LEAST_CUP']:g}",
        f"over {L['SHORTEST_CHANNEL']:g} to {L['LONGEST_CHANNEL']:g} bars",
        f"no touch and no close more than {L['OFF_LINE']:g} widths off",
        f"more than {L['LONGEST_LEG']:g} of the shape from one touch to the next",
        f"at most {L['FLAT_LINE']:g} widths over the shape",
        f"two sizes, *k* = {L['FINE_TURN']:g} and *k* = {L['COARSE_TURN']:g}",
    ],
)
def test_the_page_has_the_limits_of_the_kernel(page, said):
    assert said in page
