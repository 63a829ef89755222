"""Portfolios: how much of each asset to hold, and what a holding risks.

`optimise` and `risk` take returns and answer with records; neither knows where prices come from. The heavy
libraries (scipy, clarabel) are loaded by the first call that needs them, not by importing this package.
"""
