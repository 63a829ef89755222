"""Reading articles: sentiment beside VADER, names beside raw matching and spaCy's PhraseMatcher.

`python -m benchmarks.news_language`
"""

from __future__ import annotations

import gc
import itertools
import random
import statistics
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from chitti_shared import universe
from news_nlp import nlp
from news_nlp.nlp import readable
from news_nlp.nlp.readable.reading import vocabulary

from benchmarks.peers import libraries
from benchmarks.results import Row, against, below, interleaved, plain

ARTICLES = 100
WORDS = 40
LONG_CHARACTERS = 50_000
ROUNDS = 9
SENTIMENT_US, ENTITIES_US = 10.0, 6.0
LEAST_AGAINST_VADER = 20.0
LEAST_AGAINST_SPACY = 1.0
SPACY, SPACY_WHOLE = "spaCy's PhraseMatcher on made tokens", "spaCy's tokens and PhraseMatcher"
MOST_GROWTH = 1.5  # of the cost of a character, in a text 200 times as long

_SENTENCES = """
{one} net profit rises {percent}% to Rs {amount} crore in Q2 FY26, beating estimates, while {two} misses on margins.
Shares of {one} fell {percent}% on Monday after the broker downgraded the stock to sell, citing weak export demand.
The Reserve Bank of India kept the repo rate unchanged, but lenders such as {one} and {two} slipped {percent} per cent.
{one} bags an order worth Rs {amount} crore from a state utility, its largest win this year, it said in a filing.
Despite higher input costs {one} reported a {percent}% jump in revenue and declared an interim dividend of Rs 18.
Nifty ended flat as gains in {one} were offset by profit booking in {two}; volumes stayed thin before the holiday.
The board of {one} will consider a buyback on Friday, and its chairman said demand in rural markets had recovered.
Sebi fined promoters of {one} Rs 40 lakh for lapses in disclosure, sending the stock to a 52-week low of Rs {amount}.
Analysts see limited upside for {one} over the next year, yet prefer it over {two} on cheaper valuations.
Management told investors that spending on the new plant would continue and margins may widen by {percent} bps.
""".strip().splitlines()


def articles(count: int = ARTICLES, seed: int = 7) -> list[str]:
    """Invented articles of about `WORDS` words about companies of the universe."""
    chance = random.Random(seed)
    names = [company.name for company in universe.companies()]
    found = []
    while len(found) < count:
        text = ""
        for sentence in chance.sample(_SENTENCES, len(_SENTENCES)):
            one, two = chance.sample(names, 2)
            percent, amount = chance.randint(2, 40), chance.randint(40, 9_000)
            text += sentence.format(one=one, two=two, percent=percent, amount=f"{amount:,}") + " "
            if len(text.split()) >= WORDS - 3:
                break
        found.append(text.strip())
    return found


def measure() -> list[Row]:
    """Rows of sentiment, of names and of a long text; a peer that is not there has none."""
    nlp.warm_up()
    readers = _readers()
    gc.collect()
    gc.freeze()  # the peers' hundred thousands of objects are nothing that our records should be collected among
    try:
        return _rows(readers, articles())
    finally:
        gc.unfreeze()


def _rows(readers: Mapping[str, Callable[[str], object]], texts: list[str]) -> list[Row]:
    words = statistics.mean(len(text.split()) for text in texts)
    per_article = _microseconds(readers, texts)
    score, names = per_article["score"], per_article["entities"]
    what = f"sentiment, names, event of an article of {words:.0f} words"
    terms = f"names in it, of {len(vocabulary().names):,} terms"
    rows = [below(what, score, SENTIMENT_US, unit="us"), below(terms, names, ENTITIES_US, unit="us")]
    if "VADER" in per_article:
        rows.append(against(what, score, per_article["VADER"], "VADER", unit="us", least_ratio=LEAST_AGAINST_VADER))
    if "ahocorasick_rs" in per_article:
        rows.append(Row(terms, names, "us", per_article["ahocorasick_rs"], "ahocorasick_rs, raw matches only"))
    rows += [
        against(terms, names, per_article[peer], peer, unit="us", least_ratio=LEAST_AGAINST_SPACY)
        for peer in (SPACY, SPACY_WHOLE)
        if peer in per_article
    ]
    plain_rules = _microseconds({"readable": readable.understand}, texts)["readable"]
    rows.append(against(what, score, plain_rules, "the same rules in plain Python", unit="us", least_ratio=1.0))
    return [*rows, _growth(score, texts)]


def _growth(score_us: float, texts: list[str]) -> Row:
    """What a character costs in a long text, against one in an article."""
    long = " ".join(articles(4 * ARTICLES))[:LONG_CHARACTERS]
    seconds = interleaved({"long": partial(nlp.score, long)}, rounds=ROUNDS, calls_per_round=5, warm_up=2)
    short_us = score_us / statistics.mean(map(len, texts))
    growth = statistics.median(seconds["long"]) * 1e6 / len(long) / short_us
    return below(
        f"cost of a character in a text of {len(long):,}, against one in an article", growth, MOST_GROWTH, unit="x"
    )


def _microseconds(readers: Mapping[str, Callable[[str], object]], texts: list[str]) -> dict[str, float]:
    """Median over articles, read one at a time: so short that few of them are interrupted."""
    calls = {name: partial(_next, read, itertools.cycle(texts)) for name, read in readers.items()}
    seconds = interleaved(calls, rounds=ROUNDS, calls_per_round=len(texts), warm_up=len(texts))
    return {name: statistics.median(spent) * 1e6 for name, spent in seconds.items()}


def _next(read: Callable[[str], object], texts: Iterator[str]) -> object:
    return read(next(texts))


def _readers() -> dict[str, Callable[[str], object]]:
    readers: dict[str, Callable[[str], object]] = {"score": nlp.score, "entities": nlp.entities}
    terms = sorted({name.text for name in vocabulary().names})
    vader = libraries.load("vaderSentiment.vaderSentiment")
    if vader is not None:
        readers["VADER"] = vader.SentimentIntensityAnalyzer().polarity_scores
    matcher = libraries.load("ahocorasick_rs")
    if matcher is not None:
        longest = matcher.MatchKind.LeftmostLongest
        readers["ahocorasick_rs"] = matcher.AhoCorasick(terms, matchkind=longest).find_matches_as_indexes
    readers.update(_spacy_readers(terms))
    return readers


def _spacy_readers(terms: list[str]) -> dict[str, Callable[[str], object]]:
    spacy = libraries.load("spacy")
    matching = libraries.load("spacy.matcher")
    if spacy is None or matching is None:
        return {}
    english = spacy.blank("en")
    matcher = matching.PhraseMatcher(english.vocab, attr="LOWER")
    matcher.add("names", [english.make_doc(term) for term in terms])
    documents = {text: english.make_doc(text) for text in articles()}
    return {
        SPACY: lambda text: matcher(documents[text]),
        SPACY_WHOLE: lambda text: matcher(english.make_doc(text)),
    }


if __name__ == "__main__":
    print(plain(measure()))
