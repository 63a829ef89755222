"""Turns of phrase whose words, taken one by one, say the contrary or nothing."""

from __future__ import annotations

import pytest
from news_nlp.nlp import compiled, readable

TURNS = """
bullish  Wipro inks its largest deal ever
bullish  IndiGo flies past Rs 7,000 crore quarterly profit
bullish  Marico surprises on volumes
bearish  Yes Bank under CBI lens over loans
bearish  Same-store sales growth crawls to 4%
bearish  Swiggy cash burn deepens
bullish  Swiggy cash burn narrows
bearish  Bond yields harden on heavy supply
bearish  ACC gives up ground to rivals
neutral  Surprised with Trent's open offer
"""

UP_TO = """
bearish  Paper stocks tank up to 10%
bearish  Cipla, Lupin fall up to 4% on tariff talk
bearish  Wipro shares up to 10% lower
neutral  Government to sell up to 3% stake in LIC
bullish  Sugar stocks rally up to 8%
"""

HIGHS_AND_LOWS = """
bearish  Wipro at 52W low
bearish  Wipro hits 52wk low
bearish  Wipro hits a 52 weeks low
bullish  Wipro touches 52-w high
bullish  Wipro at 52wk high
"""

PLEDGES = """
bearish  Promoters pledge 5% of shares in Vedanta
bearish  Lenders invoke pledged shares of Zee
bullish  Vedanta promoters revoke pledge on 2% shares
bullish  Promoters reduce pledged shares in Zee
bullish  Adani promoters prepay loans, release pledged shares
neutral  Adani pledges to invest Rs 50,000 crore in Bengal
"""

PROFIT_AND_LOSS = """
bullish  Net profit at Rs 40 crore vs loss of Rs 10 crore
bullish  Net profit at Rs 10 crore against net loss of Rs 40 crore a year ago
bullish  Wipro swings to profit of Rs 40 crore from loss of Rs 10 crore
bearish  Wipro reports loss of Rs 10 crore vs profit of Rs 40 crore
bearish  Net loss at Rs 40 crore against net profit of Rs 10 crore
"""

STREAKS = """
bearish  Bank Nifty snaps three-day winning streak, ends 0.4% lower
bullish  Sensex ends eight-day losing run
bullish  Cipla bounces back 4% after two-day slide
bearish  Trent sees mild profit-taking after steep rally
bullish  Lupin defies weak market, up 3%
"""

BROKERS = """
bullish  Nomura initiates coverage on Cipla with buy
bearish  UBS starts coverage on Cipla with sell rating
neutral  Citi starts coverage on Cipla with neutral
bearish  Marico downgraded to hold from buy by brokerage
"""

POLICY = """
bullish  RBI cuts repo rate by 50 bps, slashes CRR by 100 bps
bullish  RBI eases risk weight norms for NBFCs
bullish  SEBI clears Cipla of insider trading allegations
bearish  USFDA issues Form 483 with six observations to Lupin
bullish  High Court stays tax demand on Wipro
bearish  CCI finds tyre makers guilty of collusion
bullish  NCLT quashes penalty on Hindalco
bearish  RBI restrains Trent from sanctioning loans
bearish  New fuel norms to hit margins
bearish  Wipro gets Rs 900 crore draft assessment order from income tax department
"""

BUSINESS = """
bullish  HAL gets Rs 6,000 crore order from NTPC
bullish  Canara Bank gross NPA ratio improves to 3% from 4%
bearish  Canara Bank asset quality deteriorates
bearish  FPIs pull out Rs 20,000 crore from Indian equities
bearish  Wipro to lay off 500 employees
bearish  Siemens calls off merger with rival
bearish  Lupin not immune to slowdown
bearish  Tariffs kick in, shrimp exporters hit
bullish  NBCC gets Rs 350 crore work order from Goa government
bearish  Oil India skips interim dividend
bearish  Results disappoint yet again
bearish  Wipro fails to hold gains
bullish  Blackstone to pump $3 billion into Federal Bank
bullish  Eicher Motors clocks record monthly sales
bullish  Paint stocks up as crude cools
bearish  Oil stocks down on crude rise
neutral  DLF sells 400 homes in Gurugram
"""


def examples(*tables: str) -> list[tuple[str, str]]:
    """Direction and headline of each line."""
    lines = (line.split(maxsplit=1) for table in tables for line in table.strip().splitlines())
    return [(direction, text) for direction, text in lines]


TABLES = (TURNS, UP_TO, HIGHS_AND_LOWS, PLEDGES, PROFIT_AND_LOSS, STREAKS, BROKERS, POLICY, BUSINESS)


@pytest.mark.parametrize(("direction", "text"), examples(*TABLES))
def test_an_idiom_means_what_a_reader_takes_it_for(direction: str, text: str):
    assert readable.understand(text).sentiment == direction
    assert compiled.understand(text).sentiment == direction


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("Marico downgraded to hold from buy at Motilal Oswal", {"MARICO": "bearish", "MOTILALOFS": "neutral"}),
        ("Marico upgraded by JM Financial", {"MARICO": "bullish", "JMFINANCIL": "neutral"}),
        ("TCS downgraded, Infosys upgraded", {"TCS": "bearish", "INFY": "bullish"}),
        ("Marico fined by SEBI; TCS raided", {"MARICO": "bearish", "TCS": "bearish"}),
        ("Nuvama downgraded TCS", {"NUVAMA": "neutral", "TCS": "bearish"}),
        ("SEBI fined Wipro Rs 5 crore", {"WIPRO": "bearish"}),
        ("Trent falls 3%; Nuvama downgraded the stock", {"TRENT": "bearish", "NUVAMA": "neutral"}),
    ],
)
def test_a_participle_speaks_of_who_was_acted_on(text: str, verdicts: dict[str, str]):
    for engine in (readable, compiled):
        assert {symbol: said.sentiment for symbol, said in engine.understand(text).symbols.items()} == verdicts


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ("regulatory", "Wipro gets Rs 900 crore draft assessment order from tax department"),
        ("regulatory", "CCI finds tyre makers guilty"),
        ("deal", "Torrent Power signs PPA for 200 MW"),
        ("order_win", "Inox Wind order cancelled by customer"),
        ("macro", "India's services activity hits 10-year high"),
    ],
)
def test_words_of_one_kind_of_news_name_its_event(event: str, text: str):
    assert readable.understand(text).event == event
    assert compiled.understand(text).event == event
