"""Names that questions and filters hold: rules, symbols."""

from __future__ import annotations

from collections.abc import Collection

from chitti_shared.contracts import signals
from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest
from chitti_shared.universe import by_symbol, companies

from signal_service.context import SignalContext


async def check_filter(
    wanted: signals.AlertFilter, ctx: SignalContext, held: signals.AlertFilter | None = None
) -> None:
    """Refuse a filter with a name that nothing has: it would wait for alerts that never come.

    Names that `held`, the filter it replaces, had already pass: what they stood for may be removed since.

    Raises
    ------
    InvalidInput
        With the nearest names; `details.field` is that of the filter.
    """
    held = held or signals.AlertFilter()
    await check_rules(_new_of(wanted.rules, held.rules), "filter.rules", ctx)
    await check_symbols(_new_of(wanted.symbols, held.symbols), "filter.symbols", ctx)


async def check_rules(names: Collection[str] | None, field: str, ctx: SignalContext) -> None:
    """Refuse a name that no rule has. The name of a removed rule passes as long as alerts of it are stored.

    Raises
    ------
    InvalidInput
        With the nearest names; `details.field` is `field`.
    """
    if not names:
        return
    book = (await ctx.books.now()).book
    if all(name in book.by_name for name in names):
        return
    told = await ctx.listing.rules()
    for name in names:
        if name not in book.by_name and name not in told:
            raise InvalidInput(
                f"{field}: no rule is called {name!r}{nearest(name, {*book.by_name, *told})}",
                field=field,
                constraint="a rule of list_rules",
            )


async def check_symbols(symbols: Collection[str] | None, field: str, ctx: SignalContext) -> None:
    """Refuse a symbol that no company has or had, as far as the universe, stored prices and alerts tell.

    Raises
    ------
    InvalidInput
        With the nearest symbols; `details.field` is `field`.
    """
    others = [symbol for symbol in symbols or () if by_symbol(symbol) is None]
    if not others:
        return
    known = await ctx.listing.symbols()
    if known.issuperset(others):
        return
    known |= await ctx.sources.named_symbols()
    for symbol in others:
        if symbol not in known:
            hint = nearest(symbol, known.union(company.symbol for company in companies()))
            raise InvalidInput(
                f"{field}: no company goes by {symbol!r}{hint}",
                field=field,
                constraint="a symbol of the universe, or one that prices or alerts are stored for",
            )


def _new_of(names: Collection[str] | None, held: Collection[str] | None) -> list[str]:
    before = set(held or ())
    return [name for name in names or () if name not in before]
