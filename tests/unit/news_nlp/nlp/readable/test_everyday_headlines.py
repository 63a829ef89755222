"""Headlines that say neither good nor bad, though many a word in them could."""

from __future__ import annotations

import pytest
from news_nlp.nlp import readable

HEADLINES = """
Low cost carrier to fly to Goa from Monday
Board fixes May 12 as record date for split
Wipro names Asha Rao head of sales
Cipla appoints independent director
Maruti to launch electric hatchback in January
Tata Power commissions 100 MW solar plant
Bharti Airtel and Google sign cloud pact
HDFC Bank opens 50 branches in Bihar
SEBI issues consultation paper on margin rules
RBI to hold auction of government bonds on Friday
Infosys to host investor day in Bengaluru
Nestle launches new range of breakfast cereal
Wipro to announce Q2 results on October 16
Stock exchanges to remain shut on Tuesday for Diwali
How to read a mutual fund fact sheet
Trading hours for commodity derivatives extended
SEBI extends deadline for nomination in demat accounts
Government invites bids for airport lease
Company changes name to reflect new business
Reliance to hold annual general meeting on August 29
Minister to chair meeting of public sector banks
Adani Ports files scheme of arrangement with court
Cabinet to take up telecom bill next week
LIC launches new pension plan
ITC hotels arm to be listed separately
Shareholders to vote on related party deal
Firm receives letter of intent from state government
Company to issue non-convertible debentures worth Rs 500 crore
Dr Reddy's launches generic injection in US market
Bank revises interest rates on fixed deposits
Top executives of start-ups meet finance minister
Sensex, Nifty: key levels for Thursday
Stocks in news: TCS, Infosys, Wipro
IPO calendar: four issues to open this week
Market holiday today on account of Holi
Zomato changes app logo
Titan opens flagship store in Dubai
Bajaj Auto unveils new scooter
Hero MotoCorp enters Philippines market
NSE to shift expiry day of derivatives to Tuesday
Company moves high court over tender
Two-wheeler makers meet transport minister
Power ministry issues draft rules on storage
Wipro completes integration of unit
Union budget to be presented on February 1
Finance ministry holds review of state-run lenders
Analyst meet scheduled for Monday
Infosys co-founder to speak at summit
Godrej family splits group assets
ONGC to drill 100 wells in Assam
Coal India signs memorandum with state utility
SBI to sell bonds worth Rs 10,000 crore
India to host energy summit in March
Tax filing season: what you need to know
Five mutual funds for long-term investors
Understanding stop loss orders
What is an upper circuit
Highway toll collection moves to satellite system
Insurer ties up with bank for distribution
Start-up raises $40 million in series B round
Gold ETFs explained
Exchange revises lot size of contracts
Heavy rain forecast in Mumbai on Friday
Company secretary of Wipro re-designated
Oil ministry to review gas allocation
Wipro moves into larger campus
New chairman takes charge at bank
Airport operator to build second runway
Chip maker breaks ground at Gujarat site
Supreme Court reserves verdict in tax case
Cement maker gets new logo
Promoter group reclassified as public
Electoral bonds data published
Wipro board meeting on Thursday
Rupee opens at 83.12 per dollar
Nifty at 25,100 at noon
Government notifies rules for digital lending
Power exchange launches green contracts
Wipro posts net profit of Rs 40 crore
Cipla reports revenue of Rs 900 crore in Q3
""".strip().splitlines()


@pytest.mark.parametrize("text", HEADLINES)
def test_news_that_only_informs_is_neutral(text: str):
    assert readable.understand(text).sentiment == "neutral"
