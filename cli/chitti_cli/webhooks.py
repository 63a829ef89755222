"""`chitti webhooks`: who is told of alerts by HTTP, how they fare, and changes to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chitti_cli.lists import AsJsonLines, show_list
from chitti_cli.running import fail, load_settings, out, run

if TYPE_CHECKING:
    from chitti_shared.contracts.signals import Webhook

app = typer.Typer(
    help="Receivers of alerts by signed HTTP requests: show, put, pause, resume, test, remove.",
    invoke_without_command=True,
)

Name = Annotated[str, typer.Argument(help="As `chitti webhooks` shows it.")]
Several = Annotated[list[str] | None, typer.Option(help="Repeatable.")]


@app.callback()
def show(context: typer.Context, as_json: AsJsonLines = False) -> None:
    """Show the webhooks with their health; times are Indian."""
    if context.invoked_subcommand is not None:
        return
    from chitti_cli import webhook_list

    settings = load_settings()
    hooks = run(webhook_list.listed(settings), settings)
    show_list(hooks, webhook_list.page_of, "no webhooks; `chitti webhooks put NAME URL` makes one", as_json=as_json)


@app.command()
def put(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits, - and _.")],
    url: Annotated[str, typer.Argument(help="http(s) address that takes POST requests.")],
    symbol: Several = None,
    sector: Several = None,
    rule: Several = None,
    kind: Several = None,
    direction: Several = None,
    min_impact: Annotated[float | None, typer.Option(min=0, max=100)] = None,
    min_confidence: Annotated[float | None, typer.Option(min=0, max=1)] = None,
    watchlist: Annotated[bool, typer.Option("--watchlist", help="Only symbols on the watchlist.")] = False,
    after: Annotated[str | None, typer.Option(help="Begin after this event id; a new one begins now.")] = None,
    new_secret: Annotated[bool, typer.Option("--new-secret", help="Make and print another secret.")] = False,
) -> None:
    """Tell a receiver of alerts, all of them or those that all given conditions fit. Prints a new one's secret once."""
    from chitti_cli import webhook_list

    conditions = {
        "symbols": symbol,
        "sectors": sector,
        "rules": rule,
        "kinds": kind,
        "directions": direction,
        "min_impact": min_impact,
        "min_confidence": min_confidence,
        "watchlist": watchlist or None,
    }
    asked = {
        "name": name,
        "url": url,
        "filter": {key: value for key, value in conditions.items() if value not in (None, [])},
        "after": after,
        "new_secret": new_secret,
    }
    settings = load_settings()
    reply = run(webhook_list.put(settings, asked), settings)
    tell("made" if reply.created else "changed", reply.webhook)
    if reply.secret is not None:
        out.print(f"secret (shown this once): {reply.secret}", highlight=False, markup=False, soft_wrap=True)


@app.command()
def pause(name: Name) -> None:
    """Tell a receiver nothing for now; it keeps its place."""
    switch(name, enabled=False)


@app.command()
def resume(name: Name) -> None:
    """Tell a receiver again, from where it stopped."""
    switch(name, enabled=True)


@app.command()
def test(name: Name) -> None:
    """Send a receiver a test event now. Exit code 1: it did not accept it."""
    from chitti_cli import webhook_list

    settings = load_settings()
    reply = run(webhook_list.tested(settings, name), settings)
    if not reply.accepted:
        fail(f"not accepted: {reply.error}")
    out.print(f"accepted with {reply.http_status} ({reply.time_ms:.0f} ms)", highlight=False)


@app.command()
def remove(name: Name) -> None:
    """Forget a receiver and its place."""
    from chitti_cli import webhook_list

    settings = load_settings()
    gone = run(webhook_list.removed(settings, name), settings)
    out.print(f"removed: {gone.name} {gone.url}", highlight=False, markup=False, soft_wrap=True)


def switch(name: str, *, enabled: bool) -> None:
    """Pause or resume a webhook as it is."""
    from chitti_cli import webhook_list

    settings = load_settings()
    reply = run(webhook_list.switched(settings, name, enabled=enabled), settings)
    tell("resumed" if enabled else "paused", reply.webhook)


def tell(what: str, hook: Webhook) -> None:
    """One line on a webhook that was changed."""
    from chitti_cli import webhook_list

    out.print(f"{what}: {webhook_list.line_of(hook)}", highlight=False, markup=False, soft_wrap=True)
