"""Running the rules on request."""

from __future__ import annotations

from time import perf_counter

from chitti_shared.contracts import signals
from chitti_shared.errors import InvalidInput
from chitti_shared.ipc import Progress, Router

from signal_service.alerts.judgements import Finding
from signal_service.context import SignalContext
from signal_service.work.judge import Outcome, Verdict
from signal_service.work.told import evidence_of

AT_ONCE = 1000  # symbols judged in one transaction; each takes some 40 ms beside its symbols
AT_ONCE_TOLD = 20  # the same where the caller wants to see it advance


async def generate_signals(request: signals.GenerateSignalsRequest, ctx: SignalContext) -> signals.GenerateSignalsReply:
    """What holds on the newest bars, and the alerts that this raised. Errors: invalid_input, not_found."""
    began = perf_counter()
    symbols = await _symbols_of(request, ctx)
    outcomes = await _judged(symbols, request, ctx)
    if request.symbol is not None:
        _raise_refusal(outcomes[0], request.symbol)
    verdicts = [verdict for outcome in outcomes for verdict in outcome.verdicts]
    found = [_signal_of(verdict, finding) for verdict in verdicts for finding in verdict.judgement.findings]
    refusals = [(symbol, why.message) for outcome in outcomes for symbol, why in outcome.refused.items()]
    return signals.GenerateSignalsReply(
        signals=found,
        generated=len(found),
        created=sum(one.created for one in found),
        symbols=len(verdicts),
        skipped=[signals.Skipped(symbol=symbol, reason=reason) for symbol, reason in refusals],
        time_ms=round((perf_counter() - began) * 1000.0, 3),
    )


async def _judged(symbols: list[str], request: signals.GenerateSignalsRequest, ctx: SignalContext) -> list[Outcome]:
    """Judge some symbols after another, and tell how far it is."""
    progress = Progress(request)
    at_once = AT_ONCE_TOLD if progress.wanted else AT_ONCE
    outcomes: list[Outcome] = []
    generated = created = 0
    for at in range(0, len(symbols), at_once):
        outcome = await ctx.judge.run(symbols[at : at + at_once])
        outcomes.append(outcome)
        generated += sum(len(verdict.judgement.findings) for verdict in outcome.verdicts)
        created += sum(len(verdict.created) for verdict in outcome.verdicts)
        done = min(at + at_once, len(symbols))
        part = signals.GenerateSignalsPart(symbols=done, of=len(symbols), generated=generated, created=created)
        progress.tell(done / len(symbols), part)
    return outcomes


def register(router: Router[SignalContext]) -> None:
    router.handles(signals.GENERATE_SIGNALS)(generate_signals)


async def _symbols_of(request: signals.GenerateSignalsRequest, ctx: SignalContext) -> list[str]:
    if request.symbol is not None and request.symbols is not None:
        raise InvalidInput("give symbol or symbols, not both", field="symbols", constraint="symbol or symbols")
    if request.symbol is not None:
        return [request.symbol]
    return list(dict.fromkeys(request.symbols)) if request.symbols else await ctx.sources.stored_symbols()


def _raise_refusal(outcome: Outcome, symbol: str) -> None:
    """One symbol asked for by name and not to be had is an error; among many it is skipped."""
    if symbol in outcome.refused:
        raise outcome.refused[symbol]


def _signal_of(verdict: Verdict, finding: Finding) -> signals.Signal:
    lead = finding.lead
    return signals.Signal(
        symbol=finding.symbol,
        kind=finding.kind,
        rule=finding.rule,
        direction=finding.direction,
        impact=finding.impact,
        confidence=finding.confidence,
        confidence_basis=finding.confidence_basis,
        price=finding.price,
        bar_date=finding.bar_date,
        as_of=finding.as_of,
        summary=finding.summary,
        headline=lead.headline if lead else None,
        article_id=lead.article_id if lead else None,
        evidence=[evidence_of(fact) for fact in finding.evidence],
        alert_id=verdict.alert_ids.get(finding.key),
        created=finding.key in verdict.created,
    )
