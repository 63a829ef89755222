"""`analyze_sentiment`, `extract_entities`, `classify_direction`."""

from __future__ import annotations

from time import perf_counter
from typing import TypeAlias

from chitti_shared.contracts import news
from chitti_shared.errors import EngineUnavailable, InvalidInput, NotFound
from chitti_shared.ipc import Router
from chitti_shared.universe import current_symbol

from news_nlp import nlp
from news_nlp.actions.ingestion import elapsed_ms
from news_nlp.context import NewsContext

_Part: TypeAlias = nlp.Understanding | nlp.Verdict | nlp.Tone
_SCORING = 2.0  # times the reading: the most that a trained model adds to it


async def analyze_sentiment(request: news.AnalyzeSentimentRequest, ctx: NewsContext) -> news.AnalyzeSentimentReply:
    """Score a text as a whole and for each name in it."""
    started = perf_counter()
    meaning = await understand(request.text, request.model, ctx)
    return news.AnalyzeSentimentReply(
        sentiment=meaning.sentiment,
        score=meaning.score,
        confidence=meaning.confidence,
        phrases=phrases_of(meaning.phrases),
        symbols=[symbol_of(symbol, said) for symbol, said in meaning.symbols.items()],
        others=[other_of(name, said) for name, said in meaning.others.items()],
        event=meaning.event,
        model=meaning.model,
        time_ms=elapsed_ms(started),
    )


async def extract_entities(request: news.ExtractEntitiesRequest, ctx: NewsContext) -> news.ExtractEntitiesReply:
    """Name what is named in a text."""
    started = perf_counter()
    found = await ctx.cpu.run(nlp.entities, request.text, cost_us=nlp.cost_us(len(request.text)))
    named = [
        news.Entity(
            text=entity.text,
            start=entity.start,
            end=entity.end,
            kind=entity.kind,
            symbol=entity.symbol,
            confidence=entity.confidence,
        )
        for entity in found
    ]
    return news.ExtractEntitiesReply(entities=named, count=len(named), time_ms=elapsed_ms(started))


async def classify_direction(request: news.ClassifyDirectionRequest, ctx: NewsContext) -> news.ClassifyDirectionReply:
    """The direction of a text, or of what it says about one name. Errors: invalid_input, not_found."""
    started = perf_counter()
    if request.symbol is not None and request.name is not None:
        raise InvalidInput("give symbol or name, not both", field="name", constraint="symbol or name")
    meaning = await understand(request.text, request.model, ctx)
    said = wanted_of(request, meaning)
    return news.ClassifyDirectionReply(
        direction=said.sentiment,
        score=said.score,
        confidence=said.confidence,
        relevance=round(said.relevance, 4) if isinstance(said, nlp.Verdict) else None,
        symbol=request.symbol,
        name=request.name,
        phrases=phrases_of(await decisive(request, meaning, said, ctx)),
        event=meaning.event,
        model=meaning.model,
        time_ms=elapsed_ms(started),
    )


async def decisive(
    request: news.ClassifyDirectionRequest, meaning: nlp.Understanding, said: _Part, ctx: NewsContext
) -> list[nlp.Phrase]:
    """What decided the part that is asked for; a model judges companies, the lexicon all other names."""
    name = request.name if request.symbol is None else request.symbol
    if name is None or is_of_text(meaning, said):
        return meaning.phrases
    name = current_symbol(name) if isinstance(said, nlp.Verdict) else name
    return await ctx.cpu.run(nlp.phrases_about, request.text, name, cost_us=nlp.cost_us(len(request.text)))


def is_of_text(meaning: nlp.Understanding, said: _Part) -> bool:
    """Whether a model, not the lexicon, gave a verdict on a company: FinBERT each, a trained one the text's own."""
    if meaning.model == nlp.MODEL or not isinstance(said, nlp.Verdict):
        return False
    whole = (meaning.sentiment, meaning.score, meaning.confidence)
    return meaning.model.startswith("finbert") or (said.sentiment, said.score, said.confidence) == whole


def wanted_of(request: news.ClassifyDirectionRequest, meaning: nlp.Understanding) -> _Part:
    """Of what was read the part that is asked for. Errors: not_found."""
    if request.symbol is not None:
        told = meaning.symbols.get(current_symbol(request.symbol))
        if told is None:
            raise NotFound(f"the text does not name {request.symbol}", kind="symbol", symbol=request.symbol)
        return told
    if request.name is None:
        return meaning
    said = meaning.symbols.get(current_symbol(request.name)) or meaning.others.get(request.name)
    if said is None:
        raise NotFound(f"the text does not name {request.name}", kind="name", name=request.name)
    return said


async def understand(text: str, model: news.SentimentModel | None, ctx: NewsContext) -> nlp.Understanding:
    """Read a text where its length says, and judge it by the model asked for. Errors: engine_unavailable."""
    chosen = model or ctx.scorers.default
    finbert = ctx.finbert if chosen == "finbert" else None
    if chosen == "finbert" and finbert is None:
        raise EngineUnavailable(
            "model finbert: expected the setting CHITTI_FINBERT_DIR, the folder of the model",
            kind="model",
            field="model",
        )
    scorer = ctx.scorers.of(chosen)
    meaning = await ctx.cpu.run(scorer.understand, text, cost_us=_SCORING * nlp.cost_us(len(text)))
    return meaning if finbert is None else await finbert.understand(text, meaning)


def symbol_of(symbol: str, said: nlp.Verdict) -> news.SymbolSentiment:
    return news.SymbolSentiment(
        symbol=symbol,
        sentiment=said.sentiment,
        score=said.score,
        confidence=said.confidence,
        relevance=round(said.relevance, 4),
    )


def other_of(name: str, said: nlp.Tone) -> news.NamedSentiment:
    return news.NamedSentiment(
        name=name,
        kind=said.kind,
        sentiment=said.sentiment,
        score=said.score,
        confidence=said.confidence,
    )


def phrases_of(phrases: list[nlp.Phrase]) -> list[news.Phrase]:
    return [
        news.Phrase(text=phrase.text, start=phrase.start, end=phrase.end, weight=round(phrase.weight, 4))
        for phrase in phrases
    ]


def register(router: Router[NewsContext]) -> None:
    router.handles(news.ANALYZE_SENTIMENT)(analyze_sentiment)
    router.handles(news.EXTRACT_ENTITIES)(extract_entities)
    router.handles(news.CLASSIFY_DIRECTION)(classify_direction)
