"""Whom each phrase of a headline speaks of: invented headlines and the direction of every company in them."""

from __future__ import annotations

import pytest
from news_nlp.nlp import readable

UP, DOWN, FLAT = "bullish", "bearish", "neutral"

HEADLINES: list[tuple[str, dict[str, str]]] = [
    ("TCS gains while Infosys falls", {"TCS": UP, "INFY": DOWN}),
    ("TCS up 2%, Infosys down 1%", {"TCS": UP, "INFY": DOWN}),
    ("TCS gains, Infosys falls", {"TCS": UP, "INFY": DOWN}),
    ("TCS rallies but Infosys tanks", {"TCS": UP, "INFY": DOWN}),
    ("TCS surges, whereas Wipro slumps 3%", {"TCS": UP, "WIPRO": DOWN}),
    ("Tech Mahindra, Wipro extend losses", {"TECHM": DOWN, "WIPRO": DOWN}),
    ("TCS up 2%; Infosys, Wipro down", {"TCS": UP, "INFY": DOWN, "WIPRO": DOWN}),
    ("TCS, Infosys up; Wipro down", {"TCS": UP, "INFY": UP, "WIPRO": DOWN}),
    ("Cipla, Lupin and Sun Pharma climb as rupee weakens", {"CIPLA": UP, "LUPIN": UP, "SUNPHARMA": UP}),
    ("Top gainers: TCS, Infosys", {"TCS": UP, "INFY": UP}),
    ("Top losers: Cipla, Lupin, Wipro", {"CIPLA": DOWN, "LUPIN": DOWN, "WIPRO": DOWN}),
    ("Sensex falls; TCS gains", {"TCS": UP}),
    ("Nifty rises, TCS bucks trend to fall 2%", {"TCS": DOWN}),
    ("TCS opens a campus", {"TCS": FLAT}),
    ("Buy TCS, sell Infosys", {"TCS": UP, "INFY": DOWN}),
    ("Buy TCS, Infosys; sell Wipro", {"TCS": UP, "INFY": UP, "WIPRO": DOWN}),
    ("Buy TCS; avoid Wipro for now", {"TCS": UP, "WIPRO": DOWN}),
    ("TCS beats Infosys to become most valued IT firm", {"TCS": UP, "INFY": FLAT}),
    ("TCS overtakes Reliance in market value", {"TCS": UP, "RELIANCE": FLAT}),
    ("Lupin outperforms Cipla in June quarter", {"LUPIN": UP, "CIPLA": FLAT}),
    ("Prefer TCS over Infosys", {"TCS": UP, "INFY": DOWN}),
    ("Brokerage prefers Lupin over Cipla in pharma", {"LUPIN": UP, "CIPLA": DOWN}),
    ("Nomura upgrades TCS", {"TCS": UP}),
    ("Axis Bank's research arm upgrades TCS", {"TCS": UP, "AXISBANK": FLAT}),
    ("ICICI Bank unit downgrades Wipro to sell", {"WIPRO": DOWN, "ICICIBANK": FLAT}),
    ("LIC buys 2% stake in BHEL", {"BHEL": UP, "LICI": FLAT}),
    ("LIC cuts stake in BHEL", {"BHEL": DOWN, "LICI": FLAT}),
    ("HDFC Bank bullish on Maruti", {"MARUTI": UP, "HDFCBANK": FLAT}),
    ("TCS sues Infosys over trade secrets", {"TCS": FLAT, "INFY": DOWN}),
    ("SEBI fines Reliance Rs 25 crore", {"RELIANCE": DOWN}),
    ("SEBI bans Infosys from markets", {"INFY": DOWN}),
    ("Infosys fined by SEBI", {"INFY": DOWN}),
    ("TCS upgraded by HDFC Bank's brokerage", {"TCS": UP, "HDFCBANK": FLAT}),
    ("Wipro rallies on deal with TCS", {"WIPRO": UP, "TCS": FLAT}),
    ("Wipro surges after winning order from Maruti", {"WIPRO": UP, "MARUTI": FLAT}),
    ("Shares of Wipro jump 4% on BSE", {"WIPRO": UP}),
    ("Oil India gains as ONGC slips", {"OIL": UP, "ONGC": DOWN}),
    ("Lupin falls after Cipla wins case", {"LUPIN": DOWN, "CIPLA": UP}),
    ("Infosys drags Nifty lower", {"INFY": DOWN}),
    ("ONGC, Oil India lift Nifty", {"ONGC": UP, "OIL": UP}),
    ("Weak rupee boosts TCS, Infosys", {"TCS": UP, "INFY": UP}),
    ("US tariff hits Dr Reddy's", {"DRREDDY": DOWN}),
    ("Rise in Infosys shares caps Nifty losses", {"INFY": UP}),
    ("TCS results: profit falls, margin shrinks", {"TCS": DOWN}),
    ("TCS opens campus. Profit rises 12%. Infosys falls", {"TCS": UP, "INFY": DOWN}),
    ("Weak global cues: Wipro slips", {"WIPRO": DOWN}),
    ("Market rally broadens; TCS, Infosys at record high", {"TCS": UP, "INFY": UP}),
    ("Time to sell Wipro: Motilal Oswal", {"WIPRO": DOWN, "MOTILALOFS": FLAT}),
    ("Maruti to outperform, says Motilal Oswal", {"MARUTI": UP, "MOTILALOFS": FLAT}),
    ("Motilal Oswal says Maruti will outperform", {"MARUTI": UP, "MOTILALOFS": FLAT}),
    ("HDFC Bank sees growth slowing at Maruti", {"HDFCBANK": FLAT, "MARUTI": DOWN}),
    ("HDFC Bank expects growth to slow", {"HDFCBANK": DOWN}),
    ("Wipro cuts Cipla stake", {"CIPLA": DOWN, "WIPRO": FLAT}),
    ("Trent falls 3%; broker downgrades stock", {"TRENT": DOWN}),
    ("Cipla gains 3% despite Lupin's warning", {"CIPLA": UP, "LUPIN": FLAT}),
    ("Positive for TCS, Infosys: analysts on visa ruling", {"TCS": UP, "INFY": UP}),
    ("Bad news for Maruti as yen surges", {"MARUTI": DOWN}),
    ("Wipro steady, Cipla jumps 5%", {"WIPRO": FLAT, "CIPLA": UP}),
    ("Nifty ends higher; Cipla top gainer, Lupin top loser", {"CIPLA": UP, "LUPIN": DOWN}),
    ("Maruti raises prices; TVS Motor falls", {"MARUTI": UP, "TVSMOTOR": DOWN}),
]


@pytest.mark.parametrize(("text", "symbols"), [pytest.param(*row, id=row[0]) for row in HEADLINES])
def test_each_company_is_judged_by_what_is_said_of_it(text: str, symbols: dict[str, str]):
    found = readable.understand(text).symbols
    assert {symbol: said.sentiment for symbol, said in found.items()} == symbols
