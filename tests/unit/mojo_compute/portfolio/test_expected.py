"""Expected returns against PyPortfolioOpt and pandas."""

import numpy as np
import pandas as pd
import pytest
from chitti_shared.errors import InvalidInput
from mojo_compute.portfolio.expected import betas, capm_returns, ewma_returns, given_returns, mean_returns
from pypfopt import expected_returns
from support.portfolios import sample_panel

PANEL = sample_panel(6)
FRAME = pd.DataFrame(PANEL.values, columns=PANEL.symbols)


def test_means_are_pyportfolioopts():
    theirs = expected_returns.mean_historical_return(FRAME, returns_data=True, compounding=False, frequency=247)
    np.testing.assert_allclose(mean_returns(PANEL, 247), theirs, rtol=1e-12)


def test_weighted_means_are_pandas():
    theirs = FRAME.ewm(halflife=30).mean().iloc[-1] * 252
    np.testing.assert_allclose(ewma_returns(PANEL, 252, 30), theirs, rtol=1e-9)


def test_capm_is_pyportfolioopts():
    market = FRAME.mean(axis=1)
    theirs = expected_returns.capm_return(
        FRAME, market_prices=market.to_frame("mkt"), returns_data=True, risk_free_rate=0.06, compounding=False
    )
    np.testing.assert_allclose(capm_returns(PANEL, market.to_numpy(), 252, 0.06), theirs, rtol=1e-9)


def test_a_market_that_never_moves_has_no_beta():
    with pytest.raises(InvalidInput, match="no beta"):
        betas(PANEL.values, np.full(PANEL.periods, 0.1))


def test_given_returns_are_wanted_for_every_asset():
    np.testing.assert_array_equal(given_returns(("A", "B"), {"B": 0.1, "A": 0.2}), [0.2, 0.1])
    with pytest.raises(InvalidInput, match="lacks B"):
        given_returns(("A", "B"), {"A": 0.2})
    with pytest.raises(InvalidInput, match="names C"):
        given_returns(("A", "B"), {"A": 0.2, "B": 0.1, "C": 0.1})
