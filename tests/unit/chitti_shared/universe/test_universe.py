from __future__ import annotations

from chitti_shared import universe


def test_every_company_has_a_symbol_and_an_isin_of_its_own():
    companies = universe.companies()
    assert len(companies) == 750
    assert len({company.symbol for company in companies}) == len({company.isin for company in companies}) == 750


def test_temporary_rows_of_demergers_are_left_out():
    assert universe.by_symbol("DUMMYALCAR") is None
    assert all(company.isin.startswith("IN") for company in universe.companies())


def test_a_renamed_symbol_leads_to_the_company_of_today():
    assert universe.current_symbol("TATAMOTORS") == "TMPV"
    assert universe.by_symbol("TATAMOTORS") is universe.by_isin("INE155A01022")


def test_a_symbol_nobody_knows_stays_as_it_is():
    assert universe.by_symbol("NOSUCH") is None
    assert universe.current_symbol("NOSUCH") == "NOSUCH"


def test_every_alias_points_at_a_company_of_the_universe():
    for alias in universe.ALIASES:
        company = universe.by_symbol(alias.symbol)
        assert company is not None
        assert company.isin == alias.isin


def test_what_people_call_an_industry_is_one_of_the_file():
    assert set(universe.INDUSTRY_NAMES.values()) <= {company.industry for company in universe.companies()}
