"""How many of the companies in labelled headlines are found, and how many of those found are meant.

The truth comes from the annotators: the names they marked in a headline, each looked up by itself, without its
headline, among the universe's company names, the beginnings of those and the well-known names below. A marked name
that is no company of the universe counts for nothing, and so does an exchange as a place ("up 5 % on BSE"). A symbol
found in a headline whose annotators marked no name of it is an error, unless the words found are themselves such a
name of it and no word of everyday.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from chitti_shared import universe
from news_nlp import nlp

from benchmarks.results import Row, plain

RECALL, PRECISION = 0.95, 0.97
# What a shortened company name may read like, and names that several companies share
_WORDS = {"oil", "india", "central bank", "alembic", "piramal", "tvs", "niit", "astrazeneca", "inox", "welspun"}
_PLACE = re.compile(r"\b(?:on|at|from)(?: the)? BSE\b|\bNSE (?:&|and) BSE\b|\bBSE (?:&|and) NSE\b")
_LEGAL = re.compile(r"(?: (?:ltd|limited|co|company|corp|corporation|inc|plc|india|the))+$")
# Words of which one stands for another, and words that any company's name may end with
_FORMS = {
    "pharmaceutical": "pharma",
    "pharmaceuticals": "pharma",
    "lab": "labs",
    "laboratories": "labs",
    "technology": "tech",
    "technologies": "tech",
    "industry": "industries",
    "ind": "industries",
    "fertilisers": "fertilizers",
}
_GENERAL = (
    "and energy industries pharma tech labs systems foods garments healthcare international solutions services "
    "enterprises motors lng cements india ltd limited company corporation"
)
# What the papers call a company beside the beginning of its own name, and what it was called before
_WELL_KNOWN = """
RELIANCE ril|reliance|reliance jio|jio
TCS tcs
INFY infy
HDFCBANK hdfc
ICICIBANK icici
SBIN sbi
BHARTIARTL airtel|bharti
LT l and t|larsen
LTF l and t finance
M&M m and m|mahindra
HINDUNILVR hul
MARUTI maruti|msil
TMPV tata motors|jlr|jaguar land rover
DRREDDY dr reddy|dr reddys|drl
SUNPHARMA sun pharma
DIVISLAB divis lab|divis labs
ZYDUSLIFE cadila|cadila healthcare|zydus cadila
GLENMARK glenmark pharma
TORNTPHARM torrent pharma
AUROPHARMA aurobindo
APOLLOHOSP apollo hospital
EICHERMOT eicher|royal enfield
POWERGRID powergrid|pgcil
ONGC ongc
IOC ioc|indian oil
BPCL bpcl
HINDPETRO hpcl
COALINDIA cil
BEL bel
HAL hal
BHEL bhel
SAIL sail
NATIONALUM nalco
HINDALCO hindalco|novelis
JINDALSTEL jspl|jindal steel and power
ULTRACEMCO ultratech
AMBUJACEM ambuja|ambuja cement
SHREECEM shree cements
ASIANPAINT asian paint
COLPAL colgate palmolive|colgate
NESTLEIND nestle
TITAN titan industries
TRENT westside
ETERNAL zomato
IDEA idea cellular|idea
DMART dmart|avenue supermarts
NYKAA nykaa
PAYTM paytm
POLICYBZR policybazaar
INDIGO indigo|interglobe
NAUKRI naukri
RECLTD rural electrification|rural electrification corp|rec
PFC power finance|power finance corp
LICI lic|life insurance corporation
LICHSGFIN lic housing
HDFCLIFE hdfc standard life
ICICIPRULI icici prudential life
MFSL max financial
SHRIRAMFIN shriram transport|shriram transport finance|shriram transport fin
PNB pnb
BANKBARODA bob
INDUSINDBK indusind
HCLTECH hcl|hcl tech
TECHM techm
COFORGE niit tech|niit technologies
CYIENT infotech enterprises
KPITTECH kpit|kpit cummins
HEXT hexaware
OFSS ofss|oracle financial
LTM mindtree|lti
APLAPOLLO apl apollo
RPOWER r power
VMART v mart
BIRLACORPN birla corp
MOTILALOFS motilal oswal
GODREJCP gcpl
ENGINERSIN eil
PETRONET petronet
J&KBANK j and k bank
JUSTDIAL just dial
AGI hsil|hind sanitaryware
GVT&D alstom t and d
CHENNPETRO chennai petro
VIYASH sequent scientific
NETWORK18 network18|network 18
ZENSARTECH zensar|zensar tech
MANAPPURAM manappuram
HSCL himadri
GOKEX gokaldas
CONCOR concor|container corporation
WHIRLPOOL whirlpool|whirlpool india
ZEEL zee|zeel|zee ent|zee tv
KOTAKBANK kotak|kotak bank
VEDL sesa|sesa sterlite|sesa goa
HEROMOTOCO hero|hero honda|hero moto|hero motocorp
UTIAMC uti amc|uti
EDELWEISS edelweiss
BAYERCROP bayer
CANBK canara
KSCL kaveri
ESCORTS escorts
BRITANNIA britannia
BATAINDIA bata
FORTIS fortis
IRB irb infra
PURVA puravankara projects
ANANTRAJ anant raj industries
ORCHPHARMA orchid chemicals
DCAL dishman pharma
CSBBANK catholic syrian bank
AUBANK au financiers
ASTRAZEN astrazeneca pharma
KIRLOSENG kirloskar oil engines
CCAVENUE infibeam
JBCHEPHARM jb chemicals|jbcpl
LALPATHLAB dr lal pathlabs
STLTECH sterlite tech
ALKEM alkem labs
GSFC gujarat state fertilizers
SAIL sail
TVSMOTOR tvs motors
GESHIP ge shipping
JYOTHYLAB jyothy laboratories|jyothy lab
IDFCFIRSTB idfc bank
CROMPTON crompton consumer
CGPOWER crompton greaves
UPL united phosphorus
PVRINOX pvr
UNITDSPR usl
UBL ubl
ABFRL pantaloons fashion and retail
ABREL century textiles|century textile
ABCAPITAL ab capital
WELSPUNLIV welspun india
RENUKA renuka sugars|shree renuka sugar
JPPOWER jaiprakash power
INDUSTOWER bharti infratel
STAR strides arcolab|strides shasun|strides
NH narayana health
JUBLPHARMA jubilant life|jubilant life sciences
GLAXO gsk pharma|glaxosmithkline pharma
SAMMAANCAP indiabulls housing|indiabulls housing finance
EMBDL indiabulls real estate
GMRAIRPORT gmr infra|gmr infrastructure|gmr
KPIL kalpataru power
NCC nagarjuna constructions|nagarjuna construction
MOTHERSON motherson sumi|motherson sumi systems|motherson
ARE&M amara raja batteries|amara raja
INDHOTEL indian hotels|ihcl
SOBHA sobha developers
LODHA macrotech developers
DBREALTY db realty
PRSMJOHNSN prism cement
CIEINDIA mahindra cie
ANGELONE angel broking
TATACONSUM tata global beverages|tata global
ADANIENSOL adani transmission
AWL adani wilmar
SCI shipping corp
EIDPARRY eid parry
TEXRAIL texmaco
TITAGARH titagarh wagons
PCBL phillips carbon black
BSE bse
MCX mcx
"""


class Found(NamedTuple):
    """Companies marked and found over all headlines, with what went wrong: (headline, words, symbol)."""

    marked: int
    found: int
    named: int
    missed: list[tuple[str, str, str]]
    wrong: list[tuple[str, str, str]]

    @property
    def recall(self) -> float:
        return self.found / self.marked if self.marked else 1.0

    @property
    def precision(self) -> float:
        return 1.0 - len(self.wrong) / self.named if self.named else 1.0


def companies(path: Path) -> list[Row]:
    """Recall and precision of the companies in a file of `headline,entity,sentiment`."""
    counted = count(path)
    return [
        _row(f"companies found, of {counted.marked} marked in headlines", counted.recall, RECALL),
        _row(f"companies rightly named, of {counted.named} found", counted.precision, PRECISION),
    ]


def _row(what: str, share: float, least: float) -> Row:
    return Row(what, 100 * share, "%", target=f">= {100 * least:g} %", met=share >= least, more_is_better=True)


def count(path: Path) -> Found:
    """Compare what is marked in each headline with what is found in it."""
    marked_in: dict[str, list[str]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            marked_in[row["headline"]].append(row["entity"])
    marked = right = named = 0
    missed: list[tuple[str, str, str]] = []
    wrong: list[tuple[str, str, str]] = []
    for headline, names in marked_in.items():
        truth = {symbol: name for name in names if (symbol := symbol_of(name))}
        if _PLACE.search(headline):
            truth.pop("BSE", None)
        found = {entity.symbol: entity.text for entity in nlp.entities(headline) if _is_listed(entity)}
        marked += len(truth)
        named += len(found)
        right += len(truth.keys() & found.keys())
        missed += [(headline, truth[symbol], symbol) for symbol in truth.keys() - found.keys()]
        unmarked = ((found[symbol], symbol) for symbol in found.keys() - truth.keys() if symbol)
        wrong += [(headline, words, symbol) for words, symbol in unmarked if not _names_it(words, symbol)]
    return Found(marked, right, named, missed, wrong)


def symbol_of(name: str) -> str | None:
    """The symbol of the universe that a name stands for by itself; None when it stands for none, or for several."""
    full, short = _plain(name), _LEGAL.sub("", _plain(name))
    if full in _names() or short in _names():
        return _names().get(full) or _names()[short]
    if name.isupper() and len(name) > 2 and universe.by_symbol(name):
        return name
    begun = {symbol for whole, symbol in _full_names().items() if _begins(short, whole)}
    return begun.pop() if len(begun) == 1 and short not in _everyday() | _WORDS else None


def _begins(name: str, whole: str) -> bool:
    """Whether a name is the beginning of a longer one; a single word only before words that any company may have."""
    if not whole.startswith(f"{name} "):
        return False
    return " " in name or all(word in _general() for word in whole[len(name) :].split())


def _is_listed(entity: nlp.Entity) -> bool:
    return entity.kind == "company" and entity.symbol is not None


def _names_it(words: str, symbol: str) -> bool:
    return symbol_of(words) == symbol and _plain(words) not in _everyday()


def _plain(name: str) -> str:
    text = re.sub(r"['\u2019]s?\b|[.()]", "", name.lower().replace("&", " and "))
    text = re.sub(r" (?:ltd|limited)$", "", " ".join(re.sub(r"[^\w]+", " ", text).split()))
    return " ".join(_singular(_FORMS.get(word, word)) for word in text.split())


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@cache
def _general() -> frozenset[str]:
    return frozenset(_singular(word) for word in _GENERAL.split())


@cache
def _full_names() -> dict[str, str]:
    return {_plain(company.name): company.symbol for company in universe.companies()}


@cache
def _names() -> dict[str, str]:
    full = _full_names()
    short = {_LEGAL.sub("", name): symbol for name, symbol in full.items()}
    found = full | {name: symbol for name, symbol in short.items() if name not in _WORDS}
    for line in _WELL_KNOWN.split("\n"):
        symbol, _, names = line.partition(" ")
        found.update((_plain(name), symbol) for name in _parts(names))
    return found


def _parts(names: str) -> Iterable[str]:
    return (name for name in names.split("|") if name)


@cache
def _everyday() -> frozenset[str]:
    text = files("news_nlp.nlp").joinpath("ordinary_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.lower().split("\n") if not line.startswith("#") for word in line.split())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.news_companies", description=__doc__)
    parser.add_argument("file", type=Path, help="CSV of headline, entity")
    parser.add_argument("--show", action="store_true", help="print what was missed and what was wrong")
    options = parser.parse_args()
    print(plain(companies(options.file)))
    if options.show:
        counted = count(options.file)
        for what, headlines in (("missed", counted.missed), ("wrong", counted.wrong)):
            for headline, words, symbol in headlines:
                print(f"{what}: {symbol} ({words}) in {headline}")


if __name__ == "__main__":
    main()
