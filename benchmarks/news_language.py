"""Reading articles: sentiment beside VADER, names beside raw matching and spaCy's PhraseMatcher.

`python -m benchmarks.news_language`
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable
from functools import partial

from chitti_shared import universe
from news_nlp import nlp
from news_nlp.nlp import readable
from news_nlp.nlp.readable.reading import vocabulary

from benchmarks.peers import libraries
from benchmarks.results import Row, against, below, interleaved, plain

ARTICLES = 200
WORDS = 40
LONG_CHARACTERS = 50_000
ROUNDS = 15
SENTIMENT_US, ENTITIES_US = 10.0, 6.0
LEAST_AGAINST_VADER = 20.0
LEAST_AGAINST_SPACY = 1.0
MOST_GROWTH = 1.5  # of the cost of a character, in a text 200 times as long

_SENTENCES = (
    "{one} net profit rises {percent}% to Rs {amount} crore in Q2 FY26, beating estimates, while {two} misses on margins.",
    "Shares of {one} fell {percent}% on Monday after the broker downgraded the stock to sell, citing weak export demand.",
    "The Reserve Bank of India kept the repo rate unchanged, but lenders such as {one} and {two} slipped {percent} per cent.",
    "{one} bags an order worth Rs {amount} crore from a state utility, its largest win this year, it said in a filing.",
    "Despite higher input costs {one} reported a {percent}% jump in revenue and declared an interim dividend of Rs 18 a share.",
    "Nifty ended flat as gains in {one} were offset by profit booking in {two}; volumes stayed thin before the holiday.",
    "The board of {one} will consider a buyback on Friday, and its chairman said that demand in rural markets had recovered.",
    "Sebi fined promoters of {one} Rs 40 lakh for lapses in disclosure, sending the stock to a 52-week low of Rs {amount}.",
    "Analysts see limited upside for {one} over the next year, yet prefer it over {two} on cheaper valuations and cash flow.",
    "Management told investors that spending on the new plant would continue and that margins may widen by {percent} bps.",
)


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
    texts = articles()
    nlp.warm_up()
    words = statistics.mean(len(text.split()) for text in texts)
    per_article = _microseconds({name: partial(_each, read, texts) for name, read in _readers().items()}, len(texts))
    score, names = per_article["score"], per_article["entities"]
    what = f"sentiment, names, event of an article of {words:.0f} words"
    terms = f"names in it, of {len(vocabulary().names):,} terms"
    rows = [below(what, score, SENTIMENT_US, unit="us"), below(terms, names, ENTITIES_US, unit="us")]
    if "VADER" in per_article:
        rows.append(against(what, score, per_article["VADER"], "VADER", unit="us", least_ratio=LEAST_AGAINST_VADER))
    if "ahocorasick_rs" in per_article:
        rows.append(Row(terms, names, "us", per_article["ahocorasick_rs"], "ahocorasick_rs, raw matches only"))
    for peer in ("spaCy's PhraseMatcher", "the same with spaCy's tokens"):
        if peer in per_article:
            rows.append(against(terms, names, per_article[peer], peer, unit="us", least_ratio=LEAST_AGAINST_SPACY))
    plain_rules = _microseconds({"readable": partial(_each, readable.understand, texts[:20])}, 20)["readable"]
    rows.append(against(what, score, plain_rules, "the same rules in plain Python", unit="us", least_ratio=1.0))
    return [*rows, _growth(texts)]


def _growth(texts: list[str]) -> Row:
    """What a character costs in a long text, against one in an article."""
    long = " ".join(texts)[:LONG_CHARACTERS]
    calls: dict[str, Callable[[], object]] = {
        "short": partial(_each, nlp.score, texts),
        "long": partial(nlp.score, long),
    }
    seconds = interleaved(calls, rounds=ROUNDS, calls_per_round=3, warm_up=2)
    short = statistics.median(seconds["short"]) / sum(map(len, texts))
    growth = statistics.median(seconds["long"]) / len(long) / short
    return below(
        f"cost of a character in a text of {len(long):,}, against one in an article", growth, MOST_GROWTH, unit="x"
    )


def _each(read: Callable[[str], object], texts: list[str]) -> None:
    for text in texts:
        read(text)


def _microseconds(calls: dict[str, Callable[[], object]], count: int) -> dict[str, float]:
    seconds = interleaved(calls, rounds=ROUNDS, calls_per_round=1, warm_up=2)
    return {name: statistics.median(spent) / count * 1e6 for name, spent in seconds.items()}


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
        "spaCy's PhraseMatcher": lambda text: matcher(documents[text]),
        "the same with spaCy's tokens": lambda text: matcher(english.make_doc(text)),
    }


if __name__ == "__main__":
    print(plain(measure()))
