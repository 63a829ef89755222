from __future__ import annotations

import pytest
from chitti_shared import universe
from hypothesis import given
from hypothesis import strategies as st
from news_nlp import nlp


def symbols_in(text: str) -> list[str | None]:
    return [entity.symbol for entity in nlp.entities(text) if entity.kind == "company"]


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("RIL, HUL and L&T rise", ["RELIANCE", "HINDUNILVR", "LT"]),
        ("Airtel and Maruti fall", ["BHARTIARTL", "MARUTI"]),
        ("M&M to launch two electric SUVs", ["M&M"]),
        ("Mahindra & Mahindra results", ["M&M"]),
        ("M & M sales up", ["M&M"]),
        ("M & M Financial Services gains", ["M&MFIN"]),
        ("Tech M gains", ["TECHM"]),
        ("HDFC Asset falls", ["HDFCAMC"]),
        ("Mahindra and Mahindra results", ["M&M"]),
        ("Dr Reddy's hit by US tariff", ["DRREDDY"]),
        ("Dr. Reddy's Laboratories gains", ["DRREDDY"]),
        ("SBI's profit doubles", ["SBIN"]),
        ("State Bank of India posts profit", ["SBIN"]),
        ("Tata Motors gains", ["TMPV"]),
        ("Larsen & Toubro wins order", ["LT"]),
        ("Larsen & Toubro Ltd. wins order", ["LT"]),
        ("INFY ends higher", ["INFY"]),
        ("tcs and infosys gain", ["TCS", "INFY"]),
        ("Tata Consultancy Services Limited results", ["TCS"]),
        ("Hindalco Industries and JSW Steel", ["HINDALCO", "JSWSTEEL"]),
        ("3M India gains", ["3MINDIA"]),
        ("3M shares gain", ["3MINDIA"]),
        ("Wipro wins $3m order; shares gain", ["WIPRO"]),
        ("Wipro wins Rs 3M order; shares gain", ["WIPRO"]),
        ("Wipro sells 3m shares", ["WIPRO"]),
        ("Wipro books $360 one-time cost", ["WIPRO"]),
    ],
)
def test_companies_are_known_by_every_name_headlines_use(text: str, symbols: list[str]):
    assert symbols_in(text) == symbols


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Reliance Power surges 5%", ["RPOWER"]),
        ("Reliance Infrastructure falls", ["RELINFRA"]),
        ("Reliance Capital falls", [None]),
        ("Reliance Digital opens 10 stores", []),
        ("Reliance Industries eases", ["RELIANCE"]),
        ("Reliance shares ease", ["RELIANCE"]),
        ("SBI Life and SBI Cards gain", ["SBILIFE", "SBICARD"]),
        ("SBI Funds files papers", [None]),
        ("SBI Mutual Fund buys", [None]),
        ("HDFC Life slips", ["HDFCLIFE"]),
        ("HDFC Securities says buy", [None]),
        ("L&T Finance gains", ["LTF"]),
        ("Tech Mahindra gains", ["TECHM"]),
        ("Mahindra Holidays gains", [None]),
        ("NMDC Steel rises", ["NSLNISP"]),
        ("Mahindra University opens a campus in Hyderabad", []),
        ("HDFC School admits 500 pupils", []),
        ("Infosys Prize goes to six scholars", []),
        ("Vedanta Institute and Titan School sign pact", []),
        ("Infosys's School of thought", ["INFY"]),
        ("Infosys trains 500 at Mahindra University", ["INFY"]),
        ("Mahindra World City leases land", [None]),
        ("Reliance Trends opens 10 stores", [None]),
        ("Zydus Hospitals opens a wing", [None]),
        ("Infosys Science Foundation names winners", [None]),
        ("Tata Memorial gets a new wing", [None]),
        ("Adani Airports to raise funds", [None]),
        ("Bajaj Allianz premium grows", [None]),
        ("Apollo Tyres falls, Apollo Hospitals gains", ["APOLLOTYRE", "APOLLOHOSP"]),
        ("Fortis Escorts opens a wing", ["FORTIS"]),
        ("Fortis Hospital opens a wing", ["FORTIS"]),
        ("Mahindra Thar sales rise", ["M&M"]),
        ("Bank of Ireland falls", []),
        ("European Central Bank meets", []),
    ],
)
def test_a_sibling_is_never_taken_for_its_namesake(text: str, symbols: list[str | None]):
    assert symbols_in(text) == symbols


@pytest.mark.parametrize(
    "text",
    [
        "Tata group firms in focus",
        "Adani stocks rally",
        "Bajaj family",
        "Tatas meet",
        "Mahindra group eyes stake",
        "Aditya Birla Group to invest",
        "Godrej, Piramal, Jindal, Hinduja and TVS",
    ],
)
def test_a_bare_group_name_is_no_symbol(text: str):
    assert not any(symbols_in(text))


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Trent tumbles to one-year low", ["TRENT"]),
        ("Westside owner Trent falls further", ["TRENT"]),
        ("Trent Boult takes five wickets", [None]),
        ("Trent Alexander signs for Madrid", []),
        ("Trent Bridge hosts the final", [None]),
        ("Titan Company shares decline", ["TITAN"]),
        ("Titan shares gain 2%", ["TITAN"]),
        ("A tech titan retires", []),
        ("The titans of industry meet", []),
        ("Eternal faces GST demand order of Rs 40 crore", ["ETERNAL"]),
        ("Hope springs eternal", []),
        ("Eternal City hosts summit", [None]),
        ("A bright idea for savers", []),
        ("Vodafone Idea shares fall", ["IDEA"]),
        ("Idea shares fall 3%", ["IDEA"]),
        ("Oil prices rise", []),
        ("Oil India and ONGC inch up", ["OIL", "ONGC"]),
        ("Rain lashes Mumbai", []),
        ("BSE shares surge 8%", ["BSE"]),
        ("Nirma gains 7% on BSE", []),
        ("Shares end lower on NSE and BSE", []),
        ("Coal output rises", []),
    ],
)
def test_a_name_that_is_also_a_word_needs_a_context_that_speaks_of_a_company(text: str, symbols: list[str | None]):
    assert symbols_in(text) == symbols


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Maruti, Titan and Trent among top picks", ["MARUTI", "TITAN", "TRENT"]),
        ("Top picks: Trent, Infosys", ["TRENT", "INFY"]),
        ("Top picks: HDFC Bank, Titan, Trent & Eternal", ["HDFCBANK", "TITAN", "TRENT", "ETERNAL"]),
        ("Vi shares rise on relief", ["IDEA"]),
        ("Henry VI and Titan on stage", []),
        ("Bajaj, Titan in the large-cap space", [None, "TITAN"]),
        ("ONGC, OIL may rally", ["ONGC", "OIL"]),
        ("OIL net rises 30% in Q4", ["OIL"]),
        ("Oil net importers gain", []),
        ("STAR share price edges higher", ["STAR"]),
        ("STAR of the show", []),
        ("Hero dies in crash; shares of airline fall", []),
        ("Rain shuts ports. Stocks end flat", []),
        ("Kotak takes charge", []),
        ("Titan Posts Record Profit\nThe jeweller sold more gold than in any other quarter.", ["TITAN"]),
        ("Kotak Q2 profit rises", ["KOTAKBANK"]),
    ],
)
def test_a_list_or_its_own_sentence_speaks_for_an_everyday_word(text: str, symbols: list[str | None]):
    assert symbols_in(text) == symbols


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Indian Bank Q2 profit rises", ["INDIANB"]),
        ("Indian bank employees strike", []),
        ("Power Grid board meets", ["POWERGRID"]),
        ("Power grid failure leaves north dark", []),
        ("India Cements sells plant", ["INDIACEM"]),
        ("India cements ties with UAE", []),
        ("indian bank profit rises", ["INDIANB"]),
        ("Tata motors gains", ["TMPV"]),
    ],
)
def test_a_name_of_plain_words_needs_both_its_capitals(text: str, symbols: list[str | None]):
    assert symbols_in(text) == symbols


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("SBI GAINS 2% AS TCS AND INFOSYS FALL", ["SBIN", "TCS", "INFY"]),
        ("DR REDDY'S LABS RECALLS DRUG", ["DRREDDY"]),
        ("RAIN LASHES MUMBAI", []),
        ("TRENT SHARES FALL", ["TRENT"]),
        ("sun pharma and hdfc bank gain", ["SUNPHARMA", "HDFCBANK"]),
        ("trent shares fall", []),
        ("M&M's SUV sales up", ["M&M"]),
        ("Divi's Labs' profit up", ["DIVISLAB"]),
        ("Divi\u2019s Laboratories up", ["DIVISLAB"]),
        ("RILs Q1 show", ["RELIANCE"]),
        ("Tata Motor gains", ["TMPV"]),
        ("Adani-Ports gains", ["ADANIPORTS"]),
        ("Infosys-TCS deal", ["INFY", "TCS"]),
        ("Bajaj-Auto; J.K. Cement; H.E.G. up", ["BAJAJ-AUTO", "JKCEMENT", "HEG"]),
        ("RELIANCE.NS rises", ["RELIANCE"]),
    ],
)
def test_case_possessives_hyphens_and_dots_hide_no_name(text: str, symbols: list[str | None]):
    assert symbols_in(text) == symbols


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("Pharma stocks and PSU banks gain", "sector", ["Healthcare", "Financial Services"]),
        ("IT stocks drag", "sector", ["Information Technology"]),
        ("it stocks up on rice", "sector", ["Information Technology"]),
        ("Sell it, stocks are dear", "sector", []),
        ("Elder Pharma shares fall as Dhanlaxmi Bank stock rises", "sector", []),
        ("Why Pharma Shares And Bank Stocks Rise", "sector", ["Healthcare", "Financial Services"]),
        ("Reserve Bank of Australia holds", "regulator", ["RBAUS"]),
        ("Auto majors raise prices", "sector", ["Automobile and Auto Components"]),
        ("RBI governor Sanjay Malhotra speaks", "person", ["RBI", "RBI"]),
        ("the finance minister and Jerome Powell", "person", ["FINMIN", "FED"]),
        ("Mukesh Ambani on AI", "person", ["RELIANCE"]),
        ("USFDA, CCI, IRDAI, TRAI and NCLT", "regulator", ["USFDA", "CCI", "IRDAI", "TRAI", "NCLT"]),
        ("Fed holds rates; investors fed up", "regulator", ["FED"]),
        ("Delhi HC hears NPCI, I-T Department", "regulator", ["DELHIHC", "NPCI", "ITD"]),
        ("RBI Guv and Commerce Minister meet CEA Nageswaran", "person", ["RBI", "COMMERCE", "FINMIN"]),
        ("GST Council meets", "regulator", ["GSTCOUNCIL"]),
        ("Nifty 50 and Bank Nifty, Sensex", "index", ["NIFTY", "BANKNIFTY", "SENSEX"]),
        ("GIFT Nifty, Nasdaq, S&P 500", "index", ["GIFTNIFTY", "NASDAQ", "SPX"]),
    ],
)
def test_sectors_people_regulators_and_indices_have_codes(text: str, kind: str, names: list[str]):
    assert [entity.symbol for entity in nlp.entities(text) if entity.kind == kind] == names


def test_a_person_or_a_sector_is_no_company():
    assert symbols_in("Gautam Adani, Ratan Tata and Anand Mahindra on bank stocks") == []


def test_indices_regulators_and_figures_are_named_with_their_place():
    text = "RBI holds; Bank Nifty up 1.5% as SEBI fines Rs 40 crore in Q2 FY26"
    assert [(entity.text, entity.kind, entity.symbol) for entity in nlp.entities(text)] == [
        ("RBI", "regulator", "RBI"),
        ("Bank Nifty", "index", "BANKNIFTY"),
        ("1.5%", "percent", None),
        ("SEBI", "regulator", "SEBI"),
        ("Rs 40 crore", "amount", None),
        ("Q2 FY26", "period", None),
    ]


@given(st.lists(st.sampled_from(universe.companies()), max_size=12), st.sampled_from([" met ", "; then ", "\n"]))
def test_companies_named_in_full_are_all_found_in_their_order(companies: list[universe.Company], between: str):
    text = between.join(company.name for company in companies)
    assert symbols_in(f"{text} said results are due") == [company.symbol for company in companies]


def test_every_company_of_the_universe_is_found_by_its_full_name():
    for company in universe.companies():
        found = symbols_in(f"{company.name} announces results of the quarter")
        assert found == [company.symbol], company.name


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Reliance Power surges 5% as Reliance eases", ["RPOWER", "5%", "RELIANCE"]),
        ("Trent Boult takes five wickets", ["Trent Boult"]),
        ("Trent, Infosys among top picks", ["TRENT", "INFY"]),
        ("Nirma gains 7% on BSE", ["7%"]),
        (
            "Tata Motors' JLR unit gains; Tata group to invest Rs 500 crore",
            ["TMPV", "TMPV", "Tata group", "Rs 500 crore"],
        ),
        (
            "RBI governor: PSU banks to raise $2 bn in Q4 FY26",
            ["RBI", "Financial Services", "$2 bn", "Q4 FY26"],
        ),
    ],
)
def test_the_worked_examples_of_the_guide(text: str, named: list[str]):
    assert [entity.symbol or entity.text for entity in nlp.entities(text)] == named
