"""Who judges and who is judged, what a trouble's own movement says, and texts with one name."""

import pytest
from news_nlp.nlp import readable

SIGNS = {"bullish": "+", "bearish": "-", "neutral": "="}
HEADLINES = [
    ("Angel One initiates Wipro with a sell rating", "ANGELONE= WIPRO-"),
    ("Motilal Oswal initiates Wipro with a buy rating", "MOTILALOFS= WIPRO+"),
    ("CRISIL puts Vedanta on watch", "CRISIL= VEDL-"),
    ("Motilal Oswal adds HDFC Bank to its list; ups target price", "MOTILALOFS= HDFCBANK+"),
    ("Motilal Oswal keeps Cipla on its list; cuts target price", "MOTILALOFS= CIPLA-"),
    ("Lupin rival Cipla falls 3%", "LUPIN= CIPLA-"),
    ("Vedanta unit Hindustan Zinc falls 3%", "VEDL- HINDZINC-"),
    ("Maruti, Ashok Leyland fall; metals including Hindalco, SAIL gain", "MARUTI- ASHOKLEY- HINDALCO+ SAIL+"),
    ("Unlike TCS, Infosys beats estimates", "TCS- INFY+"),
    ("Unlike Infosys, Wipro misses Street estimates", "INFY+ WIPRO-"),
    ("Prefer TCS over Infosys, Wipro falls", "TCS+ INFY- WIPRO-"),
    ("SEBI probe into Zee widens", "ZEEL-"),
    ("Concerns over HDFC Bank deposits ease", "HDFCBANK+"),
    ("Pressure on Wipro narrows", "WIPRO+"),
    ("Notice to Cipla: shares fall 2%", "CIPLA-"),
    ("Notice to Cipla sinks stock", "CIPLA-"),
    ("Not easy to make money in Maruti", "MARUTI-"),
    ("Crude fall to benefit BPCL, hurt ONGC", "BPCL+ ONGC-"),
    ("Promoters create pledge on 3% equity of Vedanta", "VEDL-"),
    ("Lenders invoke pledged shares of Zee", "ZEEL-"),
    ("Promoters release pledged shares of Adani Ports", "ADANIPORTS+"),
    ("SEBI cautions Zee on disclosures", "ZEEL-"),
    ("Investors should not look at HUL now", "HINDUNILVR-"),
    ("LIC opposes Vedanta delisting plan", "LICI= VEDL-"),
    ("SEBI lets off Adani Ports, fines Vedanta Rs 3 crore", "ADANIPORTS+ VEDL-"),
    ("RBI penalises PNB, spares SBI", "PNB- SBIN="),
    ("CRISIL downgrades Vedanta debt, affirms Hindustan Zinc", "CRISIL= VEDL- HINDZINC="),
    ("LIC sells 2% in Tata Power, adds NTPC", "LICI= TATAPOWER- NTPC+"),
    ("Jefferies picks Axis Bank over Kotak Bank", "AXISBANK+ KOTAKBANK-"),
    ("Sell Wipro and switch to Infosys, says Motilal Oswal", "WIPRO- INFY+ MOTILALOFS="),
    ("Kotak Bank gets relief from RBI, IndusInd Bank faces audit", "KOTAKBANK+ INDUSINDBK-"),
    ("Coal India output falls short of target, NTPC generation at record", "COALINDIA- NTPC+"),
    ("Bull run for BEL, bear grip on BHEL", "BEL+ BHEL-"),
    ("GAIL hit by supply cut from ONGC", "GAIL- ONGC="),
    ("Lupin's Goa unit gets six USFDA observations", "LUPIN-"),
    ("Coforge signs $300 million five-year deal", "COFORGE+"),
    ("Bajaj Finance raises deposit rates", "BAJFINANCE="),
    ("Zomato denies talks of buying rival", "ETERNAL="),
]
OF_ONE_COMPANY = [
    "Wipro profit down 12% YoY, beats Street view",
    "Wipro Q2: profit down 12%, beats Street view",
    "Lupin slips 4%; generic approval in hand, outlook strong",
    "Cipla gains 2%, volumes weak, margin pressure ahead",
    "Vedanta jumps; debt worries remain",
]


@pytest.mark.parametrize(("text", "directions"), [pytest.param(*row, id=row[0]) for row in HEADLINES])
def test_each_company_has_the_direction_of_what_is_said_of_it(text: str, directions: str):
    found = readable.understand(text).symbols
    assert {symbol + SIGNS[said.sentiment] for symbol, said in found.items()} == set(directions.split())


@pytest.mark.parametrize("text", OF_ONE_COMPANY)
def test_the_only_company_of_a_text_has_the_direction_of_the_text(text: str):
    meaning = readable.understand(text)
    (said,) = meaning.symbols.values()
    assert (said.sentiment, said.score) == (meaning.sentiment, meaning.score)


def test_who_is_quoted_behind_a_closing_colon_says_less_of_the_only_company():
    found = readable.understand("Shortsell Wipro: Rao, Growth Avenues Advisors").symbols
    assert found["WIPRO"].sentiment == "bearish"
