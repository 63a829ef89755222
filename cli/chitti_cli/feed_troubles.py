"""What is wrong with a feed, since when, and what its user can do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from chitti_shared.contracts import news
from rich.padding import Padding
from rich.text import Text

from chitti_cli.lists import clock
from chitti_cli.supervisor.lines import visible

_STYLES = {
    "ok": "green", "new": "dim", "quiet": "yellow", "failing": "red", "dead": "bold red",
    "gone": "bold red", "paused": "dim", "left": "dim",
}  # fmt: skip
_WORST_FIRST = ("dead", "gone", "failing", "quiet", "new", "ok", "paused", "left")
_REFUSALS = (401, 403, 451)


def state(feed: news.Feed) -> Text:
    """The state as the list shows it."""
    return Text(feed.state, style=_STYLES[feed.state])


def troubles(feeds: list[news.Feed]) -> Iterator[Padding]:
    """For each feed with which something is the matter, what it is and what to do; the worst first."""
    by_address = {feed.url: feed.feed_id for feed in feeds}
    for feed in sorted(feeds, key=lambda feed: _WORST_FIRST.index(feed.state)):
        told = _told(feed)
        if told is None:
            continue
        name = called(feed)
        head = f"{feed.feed_id} {told}" if told.startswith(name) else f"{feed.feed_id} {name}: {told}"
        yield Padding(Text(head, style=_STYLES[feed.state] if feed.state != "ok" else "yellow"), (0, 0, 0, 1))
        remedy = _remedy(feed, by_address)
        if remedy is not None:
            yield Padding(Text(remedy), (0, 0, 0, 5))


def summary(feeds: list[news.Feed]) -> str:
    """`7 feeds: 1 dead (4), 2 failing (5, 6), 4 ok`."""
    counted = []
    for name in _WORST_FIRST:
        ids = [feed.feed_id for feed in feeds if feed.state == name]
        named = f" ({', '.join(map(str, ids))})" if name in ("dead", "gone", "failing", "quiet") else ""
        if ids:
            counted.append(f"{len(ids)} {name}{named}")
    return f"{len(feeds)} feed{'s' if len(feeds) != 1 else ''}: {', '.join(counted)}"


def _told(feed: news.Feed) -> str | None:
    """What is the matter; None: nothing."""
    match feed.state:
        case "gone" if feed.last_error is None:
            return "was gone (410), and answered when it was fetched since"
        case "failing" | "dead" | "gone":
            return f"{visible(feed.last_error or '')} ({_how_long(feed)})"
        case "quiet" if feed.items_seen == 0:
            return "answers, but has never brought an article"
        case "quiet":
            return f"answers, but has brought nothing new for {_quiet_days(feed)} days"
    if feed.address_error is not None:
        return f"{visible(feed.address_error)}; it is fetched where it moved to, {visible(feed.moved_to or '')}"
    if feed.moved_to is not None:
        return f"moved to {visible(feed.moved_to)}"
    return None


def _how_long(feed: news.Feed) -> str:
    times = "once" if feed.failures == 1 else f"{feed.failures} times"
    since = "" if feed.failing_since is None else f", since {clock(feed.failing_since)}"
    last = "never worked" if feed.last_success_at is None else f"worked last at {clock(feed.last_success_at)}"
    return f"{times}{since}; {last}"


def _remedy(feed: news.Feed, by_address: Mapping[str, int]) -> str | None:
    """What to do about it; None: nothing but to wait."""
    number, ours = feed.feed_id, feed.origin == "user"
    elsewhere = f"chitti feeds change {number} --url ADDRESS" if ours else "change its address in CHITTI_FEEDS"
    forget = f"chitti feeds remove {number}" if ours else f"chitti feeds pause {number}"
    if feed.state not in ("failing", "dead", "gone", "quiet"):
        twin = by_address.get(feed.moved_to or "")
        if twin is not None:
            return f"that is feed {twin} already: {forget}"
        return f"make it its address: {elsewhere.replace('ADDRESS', visible(feed.moved_to or ''))}"
    if feed.state == "gone" and feed.last_error is None:
        return f"have it fetched again: chitti feeds resume {number}"
    if feed.state == "gone":
        return f"fetched no more; try again: chitti feeds resume {number}; moved: {elsewhere}; else: {forget}"
    if feed.state == "quiet":
        return f"look whether it has moved: {elsewhere}; else: {forget}"
    if feed.http_status in _REFUSALS:
        return f"its server does not let us in; another address: {elsewhere}; else: {forget}"
    if feed.http_status == 200:
        return f"its server answers with no feed we can read; look up the feed's address: {elsewhere}; else: {forget}"
    if feed.state == "dead" or feed.http_status in (400, 404):
        return f"look whether it has moved: {elsewhere}; else: {forget}"
    return None


def _quiet_days(feed: news.Feed) -> int:
    since = datetime.fromisoformat(feed.last_new_at or feed.added_at)
    return (datetime.fromisoformat(feed.last_success_at or feed.added_at) - since).days


def called(feed: news.Feed) -> str:
    """A feed's name, else its host."""
    return visible(feed.name or urlsplit(feed.url).hostname or feed.url)
