"""Names of rules that questions and filters hold."""

from __future__ import annotations

from collections.abc import Collection

from chitti_shared.errors import InvalidInput
from chitti_shared.names import nearest

from signal_service.context import SignalContext


async def check_rules(names: Collection[str] | None, field: str, ctx: SignalContext) -> None:
    """Refuse a name that no rule has: a filter with it would wait for alerts that never come.

    The name of a removed rule passes as long as alerts of it are stored.

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
