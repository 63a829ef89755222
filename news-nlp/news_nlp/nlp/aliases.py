"""Every name an entity may carry: curated ones, and those made from the universe's companies."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from chitti_shared import universe

from news_nlp.nlp.meaning import Kind


def words_of(text: str) -> frozenset[str]:
    """The words of a list written as a text."""
    return frozenset(text.split())


# Tails that a headline leaves out: "Infosys Ltd." is Infosys, "Hindalco Industries Ltd." Hindalco Industries
_LEGAL_TAIL = re.compile(r"\s+(?:ltd|limited|co|company|corp|corporation|corpn)\.?$", re.IGNORECASE)
_INITIAL_DOT = re.compile(r"(?<=\b\w)\.(?=[^\W\d])")  # J.K. is one word
_BETWEEN_WORDS = re.compile(r"['\u2019]s\b|[^\w&'\u2019]+")
_PARENTHESIS = re.compile(r"\s*\([^)]*\)")
# Words so general that a name may drop them, yet never stand on them alone
_GENERAL = words_of(
    "india indian industries international enterprises enterprise laboratories labs technologies technology products "
    "services solutions systems holdings limited the and of"
)
_CODED: dict[str, Kind] = {"@index": "index", "@regulator": "regulator", "@person": "person", "@sector": "sector"}
_CODE = re.compile(r"[A-Z0-9&.\-]{1,20}")
# What headlines put behind the name of an industry: "pharma stocks"
_SECTOR_TAILS = words_of(
    "stocks shares stock sector companies firms cos company space majors players industry makers index pack counters "
    "segment scrips"
)
# First words of names that go on as an everyday sentence does: "Indian bank", "power grid", "state bank"
_PLAIN = words_of(
    "indian india union central federal state power oil coal united just star blue bank time new gold global general "
    "first max great fine five life home housing health healthcare city capital page sun sky steel south national data "
    "delta force garden gateway green happiest multi natural prime route royal supreme universal metro craftsman solar "
    "rain rainbow prince prestige premier safari sapphire symphony engineers electronics easy restaurant computer "
    "container shipping commercial rail railway housing clean choice advanced action century orient oriental super"
)
_SHORT_FORMS = (
    ("Pharmaceuticals", "Pharma"),
    ("Pharmaceutical", "Pharma"),
    ("Laboratories", "Labs"),
    ("Technologies", "Tech"),
    ("Infrastructure", "Infra"),
    ("Industries", "Inds"),
    ("Engineering", "Engg"),
    ("Housing Finance", "Housing Fin"),
    ("Fertilisers", "Fertilizers"),
    ("Fertilizers", "Fertilisers"),
    ("Cements", "Cement"),
)


@dataclass(frozen=True, slots=True)
class Alias:
    """One name and what it stands for.

    `symbol` is None for a name that is no listed company. `sure` is false for a name that
    is also an ordinary word and needs a context that speaks of a company; without a symbol
    it is no name at all. `exact` demands the case as written: a bare trading symbol.
    """

    text: str
    kind: Kind
    symbol: str | None
    sure: bool = True
    exact: bool = False
    proper: bool = False


_FILES = ("aliases.txt", "siblings.txt", "institutions.txt")
_OWN: list[Alias] = []  # a user's, beside the shipped ones


@cache
def aliases() -> tuple[Alias, ...]:
    """All names, each once: a user's own first, then the curated, full names, shortened ones, symbols."""
    found: dict[str, Alias] = {}
    for alias in (*_OWN, *curated_aliases(), *generated_aliases()):
        found.setdefault(_key(alias.text), alias)
    for alias in list(found.values()):
        for text in _misspelt(alias):
            found.setdefault(_key(text), replace(alias, text=text))
    return tuple(found.values())


def _misspelt(alias: Alias) -> list[str]:
    """A name as headlines have it that drop apostrophes (`RILs`) or a plural (`Tata Motor`)."""
    if alias.kind != "company" or alias.symbol is None or not alias.sure or alias.exact or alias.proper:
        return []
    name = alias.text
    if not name.endswith("s"):
        return [f"{name}s"] if name[-1].isalpha() else []
    if " " not in name or name[-2] in "siu" or not name[-2].isalpha():
        return []
    return [f"{name[:-3]}y" if name.endswith("ies") else name[:-1]]


def curated_aliases() -> list[Alias]:
    """The names of the files that the package ships."""
    folder = files(__package__)
    return [alias for name in _FILES for alias in parse_aliases(folder.joinpath(name).read_text(encoding="utf-8"))]


def use_own_aliases(text: str) -> None:
    """Put the names of an alias file before the shipped ones; they take the place of earlier own ones.

    Raises
    ------
    ValueError
        As `parse_aliases`.
    """
    _OWN[:] = parse_aliases(text)
    aliases.cache_clear()


def parse_aliases(text: str) -> list[Alias]:
    """The names of an alias file.

    Raises
    ------
    ValueError
        A line that is no entry, a symbol the universe does not have, or a name that stands
        for two things; the message has the line number.
    """
    found: dict[str, tuple[Alias, int]] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        owner, colon, names = line.partition(":")
        if not colon:
            raise ValueError(f"alias line {number}: expected SYMBOL: NAME|NAME, found {line!r}")
        for name in names.split("|"):
            for alias in _aliases_of(owner.strip(), name.strip(), number):
                other, before = found.setdefault(_key(alias.text), (alias, number))
                if (other.kind, other.symbol) != (alias.kind, alias.symbol):
                    raise ValueError(
                        f"alias line {number}: {alias.text!r} stands for {alias.symbol}, "
                        f"on line {before} for {other.symbol}"
                    )
    return [alias for alias, _ in found.values()]


def _aliases_of(owner: str, name: str, line: int) -> list[Alias]:
    if "<" in name or not _key((name if owner.startswith("@") else name.lstrip("?=")).partition("=")[0]):
        raise ValueError(f"alias line {line}: expected a name, found {name!r}")
    if owner.startswith("@"):
        return _coded(owner, name, line)
    if owner == "!":
        return [Alias(name, "company", None, sure=False)]
    if owner == "-":
        return [Alias(name, "company", None)]
    company = universe.by_symbol(owner)
    if company is None:
        raise ValueError(f"alias line {line}: {owner!r} is not in the universe")
    bare = name.lstrip("?=")
    if name.startswith("=") and not bare.isascii():
        raise ValueError(f"alias line {line}: expected ASCII behind =, found {bare!r}")
    return [Alias(bare, "company", company.symbol, bare == name, name.startswith("="), _is_proper(bare))]


def _coded(owner: str, entry: str, line: int) -> list[Alias]:
    """The names of an entry `NAME=CODE`; ` *` behind a sector's name stands for its everyday tails."""
    kind = _CODED.get(owner)
    if kind is None:
        raise ValueError(f"alias line {line}: expected a symbol, -, ! or one of {', '.join(_CODED)}, found {owner!r}")
    name, _, code = entry.partition("=")
    if kind != "sector":
        if not _CODE.fullmatch(code):
            raise ValueError(f"alias line {line}: expected NAME=CODE with a code of capitals, found {entry!r}")
        return [Alias(name, kind, code)]
    if code not in _industries():
        raise ValueError(f"alias line {line}: expected NAME=INDUSTRY with an industry of the NSE, found {entry!r}")
    bare = name.removesuffix(" *")
    return (
        [Alias(bare, kind, code)]
        if bare == name
        else [Alias(f"{bare} {tail}", kind, code) for tail in sorted(_SECTOR_TAILS)]
    )


@cache
def _industries() -> frozenset[str]:
    return frozenset(company.industry for company in universe.companies())


def generated_aliases() -> list[Alias]:
    """Names made from the companies' own: the full one, without its legal tail, without general words."""
    full: list[Alias] = []
    short: list[Alias] = []
    symbols: list[Alias] = []
    for company in universe.companies():
        names = list(dict.fromkeys(_variants(company.name)))
        full.append(_name(names[0], company.symbol))
        # a word of everyday is a name only when it is the whole one
        short.extend(_name(name, company.symbol) for name in names[1:] if _name(name, company.symbol).sure)
        if len(company.symbol) >= 3:
            sure = _key(company.symbol) not in _ordinary()
            symbols.append(Alias(company.symbol, "company", company.symbol, sure, exact=True))
    owners = Counter(_key(alias.text) for alias in short)
    return full + [alias for alias in short if owners[_key(alias.text)] == 1] + symbols


def _name(text: str, symbol: str) -> Alias:
    sure = " " in text or _key(text) not in _ordinary()
    return Alias(text, "company", symbol, sure, proper=_is_proper(text))


def _is_proper(name: str) -> bool:
    first, _, rest = name.partition(" ")
    return rest[:1].isupper() and first.lower() in _PLAIN


def _variants(name: str) -> list[str]:
    bare = _PARENTHESIS.sub("", name)
    bare = _LEGAL_TAIL.sub("", re.sub(r"^The\s+", "", bare))
    found = [bare]
    while _LEGAL_TAIL.search(bare):
        bare = _LEGAL_TAIL.sub("", bare)
        found.append(bare)
    words = bare.split()
    while len(words) > 1 and words[-1].lower() in _GENERAL:
        words = words[:-1]
        if words[-1].lower() in ("of", "the"):
            break  # "Bank of India" has no shorter name
        if words[-1] == "&" or words[-1].lower() == "and":
            words = words[:-1]
        if any(word.lower() not in _GENERAL for word in words):
            found.append(" ".join(words))
    for form in list(found):
        found.extend(form.replace(long, brief) for long, brief in _SHORT_FORMS if f" {long}" in form)
    return found


def _key(text: str) -> str:
    """Names that the scan cannot tell apart have one key."""
    flat = _INITIAL_DOT.sub("", text.lower().replace(" & ", " and "))
    return " ".join(_BETWEEN_WORDS.sub(" ", flat).split())


@cache
def _ordinary() -> frozenset[str]:
    """Single words that are a company's whole name and also plain English, or another name."""
    words = files(__package__).joinpath("ordinary_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in words.splitlines() if not line.startswith("#") for word in line.lower().split())
