from __future__ import annotations

import pytest
from chitti_shared import universe
from news_nlp import nlp
from news_nlp.nlp.aliases import aliases, parse_aliases


def symbols_in(text: str) -> list[str | None]:
    return [entity.symbol for entity in nlp.entities(text) if entity.kind == "company"]


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("RIL, HUL and L&T rise", ["RELIANCE", "HINDUNILVR", "LT"]),
        ("Airtel and Maruti fall", ["BHARTIARTL", "MARUTI"]),
        ("M&M to launch two electric SUVs", ["M&M"]),
        ("Mahindra & Mahindra results", ["M&M"]),
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
        ("Bank of Ireland falls", []),
        ("European Central Bank meets", []),
    ],
)
def test_a_sibling_is_never_taken_for_its_namesake(text: str, symbols: list[str | None]):
    assert symbols_in(text) == symbols


@pytest.mark.parametrize("text", ["Tata group firms in focus", "Adani stocks rally", "Bajaj family", "Tatas meet"])
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


def test_a_period_ends_where_its_own_words_end():
    entities = nlp.entities("TCS Q2 profit beats; Q3FY26 and H1 FY'27 ahead")
    assert [entity.text for entity in entities if entity.kind == "period"] == ["Q2", "Q3FY26", "H1 FY'27"]


def test_every_company_of_the_universe_is_found_by_its_full_name():
    for company in universe.companies():
        found = symbols_in(f"{company.name} announces results of the quarter")
        assert found == [company.symbol], company.name


def test_every_alias_names_one_symbol_of_the_universe():
    for alias in aliases():
        assert alias.kind != "company" or alias.symbol is None or universe.by_symbol(alias.symbol) is not None


@pytest.mark.parametrize("line", ["TCS Tata Consultancy", "NOSUCH: Nobody"])
def test_a_line_of_the_alias_file_that_makes_no_sense_is_refused(line: str):
    with pytest.raises(ValueError, match="alias line 1"):
        parse_aliases(line)
