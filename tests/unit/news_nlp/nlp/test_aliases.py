"""The files of names: what a line means, what is refused, and what the shipped ones hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chitti_shared import universe
from news_nlp.nlp.aliases import Alias, aliases, curated_aliases, generated_aliases, parse_aliases, use_own_aliases


@pytest.fixture
def shipped() -> Iterator[None]:
    """Put the shipped names back after a test."""
    yield
    use_own_aliases("")


def alias_of(text: str) -> Alias:
    return next(alias for alias in aliases() if alias.text == text)


@pytest.mark.parametrize(
    ("line", "alias"),
    [
        ("TCS: Tata Consultancy", Alias("Tata Consultancy", "company", "TCS")),
        ("TCS : Tata Consultancy ", Alias("Tata Consultancy", "company", "TCS")),
        ("TITAN: ?Titan", Alias("Titan", "company", "TITAN", sure=False)),
        ("OIL: =OIL", Alias("OIL", "company", "OIL", sure=False, exact=True)),
        ("INDIANB: Indian Bank", Alias("Indian Bank", "company", "INDIANB", proper=True)),
        ("TATAMOTORS: TaMo", Alias("TaMo", "company", "TMPV")),
        ("-: Tata Sons", Alias("Tata Sons", "company", None)),
        ("!: on BSE", Alias("on BSE", "company", None, sure=False)),
        ("@index: Nifty Bank=BANKNIFTY", Alias("Nifty Bank", "index", "BANKNIFTY")),
        ("@regulator: Irda=IRDAI", Alias("Irda", "regulator", "IRDAI")),
        ("@person: RBI governor=RBI", Alias("RBI governor", "person", "RBI")),
        ("@sector: FMCG=Fast Moving Consumer Goods", Alias("FMCG", "sector", "Fast Moving Consumer Goods")),
    ],
)
def test_a_line_is_one_name(line: str, alias: Alias):
    assert parse_aliases(line) == [alias]


def test_a_star_stands_for_what_headlines_put_behind_a_sector():
    names = {alias.text: alias.symbol for alias in parse_aliases("@sector: pharma *=Healthcare")}
    assert names["pharma stocks"] == names["pharma sector"] == names["pharma companies"] == "Healthcare"
    assert "pharma" not in names


def test_names_comments_and_blank_lines():
    text = "# names\n\nTCS: Tata Consultancy|TCS Ltd  # two\n  # more\nINFY: Infy\n"
    assert [(alias.symbol, alias.text) for alias in parse_aliases(text)] == [
        ("TCS", "Tata Consultancy"),
        ("TCS", "TCS Ltd"),
        ("INFY", "Infy"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("TCS Tata Consultancy", "alias line 1: expected SYMBOL: NAME|NAME, found 'TCS Tata Consultancy'"),
        ("\nNOSUCH: Nobody", "alias line 2: 'NOSUCH' is not in the universe"),
        ("TCS:", "alias line 1: expected a name, found ''"),
        ("TCS: Tata Consultancy||TCS", "alias line 1: expected a name, found ''"),
        ("TCS: ?", "alias line 1: expected a name, found '[?]'"),
        ("TCS: =\u091f\u0940", "alias line 1: expected ASCII behind =, found '\u091f\u0940'"),
        ("TCS: ...", "alias line 1: expected a name"),
        ("TCS: <num>", "alias line 1: expected a name, found '<num>'"),
        ("@city: Pune=PNQ", "alias line 1: expected a symbol, -, ! or one of @index, @regulator, @person, @sector"),
        ("@index: Nifty", "alias line 1: expected NAME=CODE with a code of capitals, found 'Nifty'"),
        ("@index: Nifty=nifty fifty", "expected NAME=CODE with a code of capitals"),
        ("@index: =NIFTY", "alias line 1: expected a name"),
        ("@sector: pharma=PHARMA", "alias line 1: expected NAME=INDUSTRY with an industry of the NSE"),
        ("TCS: Tata\nINFY: TATA", "alias line 2: 'TATA' stands for INFY, on line 1 for TCS"),
        ("TCS: J.K. Tea\nINFY: JK Tea", "alias line 2: 'JK Tea' stands for INFY, on line 1 for TCS"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_with_its_number(text: str, message: str):
    with pytest.raises(ValueError, match=message.replace("|", r"\|").replace("...", r"\.\.\.")):
        parse_aliases(text)


def test_own_names_come_before_the_shipped_ones(shipped: None):
    assert alias_of("RIL").symbol == "RELIANCE"
    use_own_aliases("TCS: RIL|The Bombay House firm")
    assert alias_of("RIL").symbol == alias_of("The Bombay House firm").symbol == "TCS"
    use_own_aliases("INFY: Bengaluru Bellwether")
    assert alias_of("RIL").symbol == "RELIANCE"


def test_no_shipped_name_stands_for_two_things():
    stands_for: dict[str, tuple[str, str | None]] = {}
    for alias in curated_aliases():
        meant = (alias.kind, alias.symbol)
        assert stands_for.setdefault(alias.text.lower(), meant) == meant, alias.text


def test_every_name_of_a_company_has_a_symbol_of_the_universe():
    symbols = {company.symbol for company in universe.companies()}
    assert all(alias.symbol in symbols for alias in aliases() if alias.kind == "company" and alias.symbol is not None)


def test_companies_without_an_isin_of_their_own_have_no_name():
    assert not any("dummy" in alias.text.lower() for alias in generated_aliases())


def test_a_name_that_several_companies_could_shorten_to_belongs_to_none():
    short = [alias for alias in aliases() if alias.text in ("Aarti", "Cyient DLM", "Cyient")]
    assert {alias.text: alias.symbol for alias in short} == {"Cyient": "CYIENT", "Cyient DLM": "CYIENTDLM"}


def test_persons_and_bodies_have_codes_of_capitals():
    codes = {alias.symbol for alias in aliases() if alias.kind in ("person", "regulator", "index")}
    assert all(code and code == code.upper() and len(code) <= 20 for code in codes)
