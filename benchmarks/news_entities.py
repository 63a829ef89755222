"""Names and figures of an article, beside the bare matching of two libraries over the same terms.

Ours finds whole words only, leaves out siblings and everyday words, and adds amounts, percentages and periods; the
peers report every occurrence of a term (ahocorasick_rs, over the text in lower case) or of its tokens (spaCy's
PhraseMatcher, the text tokenised before the clock starts).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.resources import files

from news_nlp import nlp
from news_nlp.nlp.aliases import aliases
from news_nlp.parsing import parse_feed

from benchmarks.peers import libraries
from benchmarks.results import Row, below, interleaved, median_ms

ENTITIES_US = 6.0
WORDS = 40


def measure() -> list[Row]:
    """Rows of the entities of one article: ours against its target, and beside each peer that is there."""
    articles = articles_of(WORDS)
    terms = sorted({alias.text.lower() for alias in aliases()})
    calls: dict[str, Callable[[], object]] = {"ours": partial(_each, nlp.entities, articles)}
    calls |= {name: call for name, call in (_aho_corasick(terms, articles), _spacy(terms, articles)) if call}
    seconds = interleaved(calls, rounds=30, calls_per_round=5)
    each_us = {name: median_ms(taken) * 1e3 / len(articles) for name, taken in seconds.items()}
    what = f"entities of an article of ~{WORDS} words, {len(terms):,} terms"
    ours = each_us.pop("ours")
    peers = [Row(what, ours, "us", peer, name) for name, peer in each_us.items()]
    return [below(what, ours, ENTITIES_US, unit="us"), *peers]


def articles_of(words: int) -> list[str]:
    """Texts of at least so many words, from the sample's headlines one after another."""
    document = files("chitti_cli").joinpath("sample/nifty_sample.xml").read_bytes()
    titles = [item.title for item in parse_feed(document).items]
    found = []
    for first in range(len(titles)):
        text = titles[first]
        for title in (titles * 2)[first + 1 :]:
            if len(text.split()) >= words:
                break
            text = f"{text}. {title}"
        found.append(text)
    return found


def _each(read: Callable[[str], object], articles: list[str]) -> None:
    for article in articles:
        read(article)


def _aho_corasick(terms: list[str], articles: list[str]) -> tuple[str, Callable[[], object] | None]:
    name = "ahocorasick_rs, every occurrence"
    library = libraries.load("ahocorasick_rs")
    if library is None:
        return name, None
    automaton = library.AhoCorasick(terms, matchkind=library.MatchKind.LeftmostLongest)
    lowered = [article.lower() for article in articles]
    return name, partial(_each, automaton.find_matches_as_indexes, lowered)


def _spacy(terms: list[str], articles: list[str]) -> tuple[str, Callable[[], object] | None]:
    name = "spaCy PhraseMatcher, of tokens"
    library = libraries.load("spacy")
    if library is None:
        return name, None
    language = library.blank("en")
    matcher = libraries.load("spacy.matcher").PhraseMatcher(language.vocab, attr="LOWER")
    matcher.add("NAME", list(language.tokenizer.pipe(terms)))
    documents = [language.make_doc(article) for article in articles]

    def match_all() -> None:
        for document in documents:
            matcher(document)

    return name, match_all
