"""What is known of companies' figures: their names, units, and what exports call them.

Screeners differ in columns, so any column may become a metric; those here have a name that does not depend on where
the file came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

Unit = Literal["number", "percent", "rupees", "crore"]


@dataclass(frozen=True, slots=True)
class FigureKind:
    """A metric: its name in rules and screens, what people call it, its unit, other headers of it."""

    name: str
    title: str
    unit: Unit
    headers: tuple[str, ...] = ()


def _kind(name: str, title: str, unit: Unit, headers: str = "") -> FigureKind:
    return FigureKind(name, title, unit, tuple(one.strip() for one in headers.split(";") if one.strip()))


FIGURES: tuple[FigureKind, ...] = (
    _kind("pe", "Price / earnings", "number", "PE ratio; P/E TTM; Price to earning; Price to earnings; Stock P/E; "
          "Price earnings ratio; TTM PE"),
    _kind("industry_pe", "Price / earnings of the industry", "number", "Ind PE; Sector PE"),
    _kind("pb", "Price / book value", "number", "P/BV; Price to book value; Price to book; CMP / BV; PB ratio"),
    _kind("ps", "Price / sales", "number", "Price to sales; CMP / Sales; PS ratio; Market cap to sales"),
    _kind("peg", "Price / earnings / growth", "number", "PEG ratio"),
    _kind("ev_ebitda", "Enterprise value / EBITDA", "number", "EV to EBITDA; EVEBITDA; Enterprise value to EBITDA"),
    _kind("market_cap", "Market capitalisation", "crore", "Mar Cap; Mkt Cap; MCap; Market capitalization; "
          "Market capitalisation; Full market cap"),
    _kind("enterprise_value", "Enterprise value", "crore", "EV"),
    _kind("eps", "Earnings per share", "rupees", "EPS TTM; EPS 12M; Earnings per share; TTM EPS"),
    _kind("book_value", "Book value per share", "rupees", "BV; Book value per share; BVPS"),
    _kind("face_value", "Face value", "rupees", "FV"),
    _kind("dividend_yield", "Dividend yield", "percent", "Div Yld; Div Yield; Dividend yld; Yield"),
    _kind("dividend_payout", "Dividend payout", "percent", "Payout ratio; Dividend payout ratio"),
    _kind("roe", "Return on equity", "percent", "Return on equity; Return on net worth; RONW; Latest ROE"),
    _kind("roce", "Return on capital employed", "percent", "Return on capital employed; Latest ROCE"),
    _kind("roa", "Return on assets", "percent", "Return on assets; ROTA"),
    _kind("debt_to_equity", "Debt / equity", "number", "D/E; DE ratio; Debt equity; Debt equity ratio; "
          "Debt to equity ratio; Total debt to equity"),
    _kind("debt", "Debt", "crore", "Total debt; Borrowings"),
    _kind("current_ratio", "Current assets / liabilities", "number"),
    _kind("quick_ratio", "Quick assets / liabilities", "number"),
    _kind("interest_coverage", "Operating profit / interest", "number", "Int coverage; Interest coverage ratio; ICR"),
    _kind("sales", "Sales of twelve months", "crore", "Revenue; Net sales; Sales TTM; Total revenue; Total sales; "
          "Revenue from operations"),
    _kind("net_profit", "Net profit of twelve months", "crore", "Profit after tax; PAT; Net profit TTM; NP"),
    _kind("operating_profit", "Operating profit of twelve months", "crore", "EBITDA; PBDIT; Operating profit TTM"),
    _kind("sales_quarter", "Sales of the newest quarter", "crore", "Sales Qtr; Qtr sales; Sales latest quarter"),
    _kind("net_profit_quarter", "Net profit of the newest quarter", "crore", "NP Qtr; Qtr profit; "
          "Net profit latest quarter; Net profit Qtr; PAT Qtr"),
    _kind("profit_growth", "Net profit of the quarter against a year before", "percent",
          "Qtr Profit Var; YOY quarterly profit growth; Quarterly profit growth; Profit growth YoY"),
    _kind("sales_growth", "Sales of the quarter against a year before", "percent",
          "Qtr Sales Var; YOY quarterly sales growth; Quarterly sales growth; Sales growth YoY"),
    _kind("profit_growth_qoq", "Net profit against the quarter before", "percent", "QoQ profits; QoQ profit; "
          "Profit growth QoQ; QoQ profit growth; Net profit QoQ"),
    _kind("sales_growth_qoq", "Sales against the quarter before", "percent", "QoQ sales; QoQ sales growth; Sales QoQ"),
    _kind("profit_growth_1y", "Net profit against the year before", "percent", "Profit growth 1 year; Profit Var; "
          "PAT growth; Net profit growth; Annual profit growth"),
    _kind("sales_growth_1y", "Sales against the year before", "percent", "Sales growth 1 year; Sales Var; "
          "Revenue growth"),
    _kind("profit_growth_3y", "Net profit, yearly growth over 3 years", "percent", "Profit growth 3 years; "
          "Profit Var 3Yrs; Profit CAGR 3 years; 3 Yr profit growth"),
    _kind("profit_growth_5y", "Net profit, yearly growth over 5 years", "percent", "Profit growth 5 years; "
          "Profit Var 5Yrs; Profit CAGR 5 years; 5 Yr profit growth"),
    _kind("sales_growth_3y", "Sales, yearly growth over 3 years", "percent", "Sales growth 3 years; "
          "Sales Var 3Yrs; Sales CAGR 3 years; 3 Yr sales growth"),
    _kind("sales_growth_5y", "Sales, yearly growth over 5 years", "percent", "Sales growth 5 years; "
          "Sales Var 5Yrs; Sales CAGR 5 years; 5 Yr sales growth"),
    _kind("opm", "Operating margin", "percent", "Operating profit margin; Operating margin; OPM Qtr; EBITDA margin"),
    _kind("npm", "Net margin", "percent", "Net profit margin; Net margin; PAT margin; NPM latest year"),
    _kind("asset_turnover", "Sales / assets", "number", "Asset turnover ratio"),
    _kind("free_cash_flow", "Free cash flow", "crore", "FCF; Free cash flow last year"),
    _kind("promoter_holding", "Shares held by promoters", "percent", "Prom Hold; Promoters; Promoter shareholding; "
          "Promoters holding"),
    _kind("promoter_holding_change", "Change of the promoters' share", "percent", "Change in promoter holding; "
          "Change in Prom Hold; Chg in Prom Hold"),
    _kind("pledged", "Promoters' shares that are pledged", "percent", "Pledged percentage; Promoter pledge; "
          "Pledged shares; Pledge; Promoter pledging"),
    _kind("fii_holding", "Shares held by foreign institutions", "percent", "FII Hold; FIIs; FPI holding"),
    _kind("dii_holding", "Shares held by Indian institutions", "percent", "DII Hold; DIIs"),
    _kind("public_holding", "Shares held by the public", "percent", "Public shareholding"),
    _kind("piotroski", "Piotroski's score", "number", "Piotroski score; Piotski score; F score"),
)  # fmt: skip
BY_NAME: dict[str, FigureKind] = {one.name: one for one in FIGURES}


def squashed(header: str) -> str:
    """A header's letters and digits, small: what spellings of one header have in common."""
    return "".join(letter for letter in header.casefold() if letter.isalnum())


@cache
def figure_headers() -> dict[str, FigureKind]:
    """Metrics by every header of theirs, squashed."""
    return {squashed(header): kind for kind in FIGURES for header in (kind.name, kind.title, *kind.headers)}
