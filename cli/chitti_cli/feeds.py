"""`chitti feeds`: what is fetched, how it fares, and changes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chitti_cli.lists import AsJsonLines, show_list
from chitti_cli.running import fail, load_settings, out, run

if TYPE_CHECKING:
    from chitti_shared.contracts.news import Feed

app = typer.Typer(help="The feeds that are fetched: show, add, pause, resume, remove.", invoke_without_command=True)

FeedId = Annotated[int, typer.Argument(metavar="ID", min=1, help="As `chitti feeds` shows it.")]
Name = Annotated[str | None, typer.Option(help="What the list calls it.")]
Cron = Annotated[
    str | None, typer.Option(metavar="EXPRESSION", help="When, in Indian time, as '*/5 9-15 * * mon-fri'.")
]
Every = Annotated[str | None, typer.Option(metavar="TIME", help="How often, as 90s, 10m, 2h or 1d.")]


@app.callback()
def show(context: typer.Context, as_json: AsJsonLines = False) -> None:
    """Show the feeds with their state; times are Indian."""
    if context.invoked_subcommand is not None:
        return
    from chitti_cli import feed_list

    settings = load_settings()
    feeds = run(feed_list.listed(settings), settings)
    show_list(feeds, feed_list.page_of, "no feeds; `chitti feeds add URL` adds one", as_json=as_json)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="http(s) address of an RSS, RDF, Atom or JSON feed.")],
    name: Name = None,
    cron: Cron = None,
    every: Every = None,
) -> None:
    """Fetch a feed from now on: every 10 minutes unless told otherwise."""
    from chitti_cli import feed_list

    if cron is not None and every is not None:
        fail("--cron and --every exclude each other")
    settings = load_settings()
    asked = {"url": url, "name": name, "schedule": cron, "interval_s": feed_list.seconds_of(every)}
    given = {key: value for key, value in asked.items() if value is not None}
    tell("added", run(feed_list.added(settings, given), settings))


@app.command()
def change(
    feed_id: FeedId,
    url: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Where it is fetched from now on.")] = None,
    name: Name = None,
    cron: Cron = None,
    every: Every = None,
) -> None:
    """Rename a feed, or give it another address or timetable."""
    from chitti_cli import feed_list

    if cron is not None and every is not None:
        fail("--cron and --every exclude each other")
    changes: dict[str, object] = {} if url is None else {"url": url}
    if name is not None:
        changes["name"] = name or None
    if cron is not None:
        changes["schedule"] = cron
    if every is not None:
        changes |= {"schedule": None, "interval_s": feed_list.seconds_of(every)}
    if not changes:
        fail("nothing to change", "give --url, --name, --cron or --every")
    settings = load_settings()
    tell("changed", run(feed_list.changed(settings, feed_id, changes), settings))


@app.command()
def pause(feed_id: FeedId) -> None:
    """Fetch a feed no more; it stays in the list."""
    from chitti_cli import feed_list

    settings = load_settings()
    tell("paused", run(feed_list.changed(settings, feed_id, {"enabled": False}), settings))


@app.command()
def resume(feed_id: FeedId) -> None:
    """Fetch a feed again."""
    from chitti_cli import feed_list

    settings = load_settings()
    tell("resumed", run(feed_list.changed(settings, feed_id, {"enabled": True}), settings))


@app.command()
def remove(feed_id: FeedId) -> None:
    """Forget a feed; its articles stay."""
    from chitti_cli import feed_list

    settings = load_settings()
    gone = run(feed_list.removed(settings, feed_id), settings)
    out.print(f"removed: {gone.url}", highlight=False, markup=False, soft_wrap=True)


@app.command()
def fetch(feed_id: FeedId) -> None:
    """Fetch a feed now, whatever its turn."""
    from chitti_cli import feed_list

    settings = load_settings()
    done = run(feed_list.fetched(settings, feed_id), settings)
    if done.not_modified:
        out.print(f"nothing new since the last time ({done.time_ms:.1f} ms)", highlight=False)
    else:
        out.print(
            f"{done.articles} articles: {done.new} new, {done.duplicates} known or repeated ({done.time_ms:.1f} ms)",
            highlight=False,
        )


def tell(what: str, feed: Feed) -> None:
    """One line on a feed that was changed."""
    from chitti_cli import feed_list

    out.print(f"{what}: {feed_list.line_of(feed)}", highlight=False, markup=False, soft_wrap=True)
