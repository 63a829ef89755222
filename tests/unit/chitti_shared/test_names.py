"""Names that nothing has."""

import pytest
from chitti_shared.names import nearest


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("smaa", "; did you mean 'sma'?"),
        ("SMA", "; did you mean 'sma'?"),
        ("timeperiod", "; did you mean 'period'?"),
        ("xyzzy", ""),
        ("", ""),
        ("sma" * 100_000, ""),
    ],
)
def test_the_nearest_known_name_is_offered(name, meant):
    assert nearest(name, ("sma", "period", "bollinger")) == meant


def test_names_that_begin_alike_want_more_likeness():
    known = ("compute_sma", "compute_bollinger")
    assert nearest("compute_smaa", known, alike=0.8) == "; did you mean 'compute_sma'?"
    assert nearest("compute_xyzzy", known, alike=0.8) == ""


def test_names_in_capitals_are_offered_as_they_are():
    assert nearest("tsc", ("INFY", "TCS")) == "; did you mean 'TCS'?"
    assert nearest("information tech", ("Information Technology",)) == "; did you mean 'Information Technology'?"
