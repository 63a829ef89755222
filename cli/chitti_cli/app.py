"""The commands: what they take and what they print. The work is done in the modules beside this one."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from chitti_cli import backtest as backtests
from chitti_cli import feeds as feeds_of
from chitti_cli import fundamentals as fundamentals_of
from chitti_cli import kept_runs, screens, training
from chitti_cli import mutes as mutes_of
from chitti_cli import rules as rules_of
from chitti_cli import strategies as strategies_of
from chitti_cli import sweep as sweeps
from chitti_cli import webhooks as webhooks_of
from chitti_cli.alerts import alerts
from chitti_cli.explain import explain
from chitti_cli.news_list import news
from chitti_cli.patterns import patterns
from chitti_cli.running import NOT_RUNNING, err, fail, load_settings, out, run, write_line

app = typer.Typer(
    name="chitti",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
user = typer.Typer(help="Logins of the HTTP API.", no_args_is_help=True)
app.add_typer(user, name="user")
app.add_typer(kept_runs.app, name="backtests")
app.add_typer(feeds_of.app, name="feeds")
app.add_typer(rules_of.app, name="rules")
app.add_typer(webhooks_of.app, name="webhooks")
app.command()(explain)
app.command()(news)
app.command()(alerts)
app.command()(patterns)

PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON lines for a program.")]


def tell_version(*, wanted: bool) -> None:
    """What `--version` prints."""
    if wanted:
        out.print(f"chitti {version_of('trading-chitti')}", highlight=False)
        raise typer.Exit


@app.callback()
def chitti(
    version: Annotated[
        bool, typer.Option("--version", callback=tell_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Trading-Chitti: news and prices in, indicators, backtests and live alerts out."""


@app.command()
def up(
    sample: Annotated[bool, typer.Option(help="Import the sample market into an empty database.")] = True,
    restart_max_delay: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="Longest wait before a crashed process is started again.")
    ] = 30.0,
    healthy_within: Annotated[
        float, typer.Option(min=1.0, metavar="SECONDS", help="Give up when the stack is not healthy by then.")
    ] = 120.0,
) -> None:
    """Start everything and keep it running; Ctrl-C stops it."""
    from chitti_cli.supervisor.stack import Options
    from chitti_cli.supervisor.up import up as bring_up
    from chitti_cli.terminal import Terminal

    settings = load_settings()
    options = Options(sample=sample, restart_cap_s=restart_max_delay, healthy_within_s=healthy_within)
    run(bring_up(settings, options, Terminal(out)), settings)


@app.command()
def migrate() -> None:
    """Bring the database that the settings name to this version. `chitti up` does this by itself."""
    from chitti_cli.supervisor.database import Database

    settings = load_settings()
    run(Database(settings, None).migrate(lambda step: out.print(step, highlight=False)), settings)


@app.command()
def status(as_json: AsJson = False) -> None:
    """How each process fares. Exit code 0: all healthy; 1: not; 3: the stack is not running."""
    import msgspec

    from chitti_cli.stack_record import running_stack
    from chitti_cli.status import states, table_of

    settings = load_settings()
    stack = running_stack(settings.chitti_data_dir)
    if stack is None:
        fail("the stack is not running", "start it with: make run-all   (or: chitti up)", NOT_RUNNING)
    found = run(states(settings, stack), settings)
    if as_json:
        for state in found:
            write_line(msgspec.json.encode(state))
    else:
        out.print(table_of(found))
    raise typer.Exit(0 if all(state.health == "healthy" for state in found) else 1)


@app.command()
def call(
    service: Annotated[str, typer.Argument(help="mojo-compute, news-nlp or signal-service")],
    action: Annotated[str, typer.Argument(help="for example compute_sma, get_alerts, describe")],
    params: Annotated[str, typer.Option("--json", help="The parameters: a JSON object, @FILE, or - for stdin.")] = "{}",
    timeout: Annotated[float, typer.Option(min=0.001, metavar="SECONDS")] = 30.0,
) -> None:
    """Call one action of a daemon over its socket and print the result."""
    from chitti_cli import sockets

    settings = load_settings()

    async def work() -> bytes:
        target = sockets.find_service(service)
        return await sockets.call(settings, target, sockets.find_action(target, action), parameters(params), timeout)

    result = run(work(), settings)
    if out.is_terminal and len(result) < 20_000:
        out.print_json(result.decode())
    else:
        write_line(result)


def parameters(text: str) -> bytes:
    """The JSON text that `--json` means."""
    from chitti_cli.sockets import read

    if text == "-":
        return sys.stdin.buffer.read()
    return read(Path(text[1:])) if text.startswith("@") else text.encode()


@app.command("import-prices")
def import_prices(
    files: Annotated[list[Path], typer.Argument(help="CSV, Parquet or NSE bhavcopy; zipped, gzipped or plain.")],
    symbol: Annotated[str | None, typer.Option(help="Symbol of a file that doesn't name one.")] = None,
    adjusted: Annotated[
        bool | None, typer.Option(help="Whether prices are adjusted for splits. Unset: bhavcopies are not, others are.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Where the bars come from; kept beside them.")] = None,
) -> None:
    """Store files of daily bars. Bad rows are listed and kept out, good rows are kept."""
    from chitti_cli import sockets
    from chitti_cli.import_bar import import_bar

    settings = load_settings()
    for path in files:
        with import_bar(err, path.name) as show:
            work = sockets.import_file(settings, path, show, symbol=symbol, adjusted=adjusted, source=source)
            done = run(work, settings)
        out.print(
            f"{path.name}: {done.rows_stored:,} stored, {done.rows_unchanged:,} unchanged, "
            f"{done.rows_skipped:,} skipped, {done.rows_rejected:,} rejected; "
            f"{len(done.symbols)} symbols, {done.first_date} to {done.last_date} "
            f"({done.format}, {done.time_ms:.0f} ms)",
            highlight=False,
            soft_wrap=True,
        )
        for row in done.rejected:
            err.print(f"  {row.file}:{row.line}: {row.reason}", highlight=False, markup=False, soft_wrap=True)


@app.command("import-adjustments")
def import_adjustments(
    files: Annotated[list[Path], typer.Argument(help="CSV: symbol or isin, ex_date, kind, ratio or amount.")],
) -> None:
    """Store files of splits, bonuses and dividends. Bad rows are listed and kept out, good rows are kept."""
    from chitti_cli import sockets

    settings = load_settings()
    for path in files:
        done = run(sockets.import_adjustments(settings, path), settings)
        out.print(
            f"{path.name}: {done.rows_stored:,} stored, {done.rows_unchanged:,} unchanged, "
            f"{done.rows_rejected:,} rejected; {len(done.symbols)} symbols ({done.time_ms:.0f} ms)",
            highlight=False,
            soft_wrap=True,
        )
        for row in done.rejected:
            err.print(f"  {row.file}:{row.line}: {row.reason}", highlight=False, markup=False, soft_wrap=True)


@app.command()
def ingest(feed: Annotated[str, typer.Argument(help="An http(s) address, or a file.")]) -> None:
    """Score a feed's articles and store those not known yet."""
    from chitti_cli import sockets

    settings = load_settings()
    with err.status(f"ingesting {escape(feed)} ..."):
        done = run(sockets.ingest(settings, feed), settings)
    out.print(
        f"{done.articles} articles: {done.new} new, {done.duplicates} known or repeated ({done.time_ms:.1f} ms)",
        highlight=False,
    )


@app.command()
def demo(
    save_svg: Annotated[Path | None, typer.Option(help="Also write a picture of the run.")] = None,
) -> None:
    """Send the sample feed to the running stack and watch the alerts it causes."""
    from chitti_cli import listing
    from chitti_cli.demo import picture_of

    settings = load_settings()
    outcome = run(listing.demo(settings), settings)
    if save_svg:
        save_svg.write_text(picture_of(outcome), encoding="utf-8")


app.command("import-fundamentals")(fundamentals_of.import_fundamentals)
app.command()(mutes_of.mute)
app.command()(mutes_of.unmute)
app.command()(mutes_of.mutes)
app.command()(backtests.backtest)
app.command()(backtests.report)
app.command()(screens.screen)
app.command()(sweeps.sweep)
app.command()(sweeps.walk_forward)
app.command()(strategies_of.strategies)
app.command()(training.train_sentiment)


@user.command("add")
def user_add(
    name: Annotated[str, typer.Argument(help="Login name.")],
    role: Annotated[str, typer.Option(help="user or admin")] = "user",
    password_stdin: PasswordStdin = False,
) -> None:
    """Make a login and print its password once."""
    change_user(["add", name, "--role", role], password_stdin)


@user.command("reset-password")
def user_reset_password(
    name: Annotated[str, typer.Argument(help="Login name.")] = "admin",
    password_stdin: PasswordStdin = False,
) -> None:
    """Give a login a new password, print it once, and end its sessions."""
    change_user(["reset-password", name], password_stdin)


@user.command("list")
def user_list() -> None:
    """One line a login."""
    change_user(["list"], password_stdin=False)


def change_user(arguments: list[str], password_stdin: bool) -> None:
    """Run a `user` command of core-api against the running stack."""
    from chitti_cli import accounts

    settings = load_settings()
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    said = run(accounts.change_user(settings, arguments, password), settings)
    out.print(said, highlight=False, markup=False, soft_wrap=True)
