"""`chitti import-fundamentals`: companies' figures from files of screeners."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chitti_cli.running import err, load_settings, out, run

if TYPE_CHECKING:
    from chitti_shared.contracts.fundamentals import ImportFundamentalsReply
    from chitti_shared.settings import Settings


def import_fundamentals(
    files: Annotated[list[Path], typer.Argument(help="CSV: symbol, NSE code, ISIN or name; P/E, ROE %, ...")],
    as_of: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Day of rows that name none; unset: today.")
    ] = None,
    source: Annotated[str, typer.Option(help="Where the figures come from; kept beside them.")] = "import",
    as_json: Annotated[bool, typer.Option("--json", help="Print the daemon's reply for a program.")] = False,
) -> None:
    """Store files of companies' figures. What can't be read is listed and kept out, the rest is kept."""
    from chitti_cli.running import write_record

    settings = load_settings()
    for path in files:
        done = run(import_file(settings, path, as_of, source), settings)
        if as_json:
            write_record(done)
        else:
            tell(path.name, done)


async def import_file(settings: Settings, path: Path, as_of: str | None, source: str) -> ImportFundamentalsReply:
    """Import one file of figures."""
    from chitti_shared.contracts import fundamentals
    from chitti_shared.contracts.action import Blob
    from chitti_shared.contracts.compute import MOJO_COMPUTE

    from chitti_cli.sockets import LONG_S, client_of, read

    request = fundamentals.ImportFundamentalsRequest(
        document=Blob(read(path)), filename=path.name, as_of=as_of, source=source
    )
    async with client_of(MOJO_COMPUTE, settings) as client:
        done: ImportFundamentalsReply = await client.call(fundamentals.IMPORT_FUNDAMENTALS, request, timeout_s=LONG_S)
        return done


def tell(name: str, done: ImportFundamentalsReply) -> None:
    """What an import did, and what each column became."""
    out.print(
        f"{name}: {done.figures_stored:,} figures stored, {done.figures_unchanged:,} unchanged, "
        f"{done.figures_missing:,} missing; {done.rows_read:,} rows, {done.rows_skipped:,} skipped, "
        f"{done.rows_rejected:,} rejected; {len(done.symbols)} symbols, {done.first_date} to {done.last_date} "
        f"({done.time_ms:.0f} ms)",
        highlight=False,
        soft_wrap=True,
    )
    became = ", ".join(f"{one.header} -> {one.metric} ({one.unit})" for one in done.columns)
    out.print(f"  columns: {became}", highlight=False, markup=False, soft_wrap=True)
    if done.passed_over:
        out.print(f"  passed over: {', '.join(done.passed_over)}", highlight=False, markup=False, soft_wrap=True)
    for row in done.rejected:
        err.print(f"  {row.file}:{row.line}: {row.reason}", highlight=False, markup=False, soft_wrap=True)
