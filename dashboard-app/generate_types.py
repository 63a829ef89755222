"""Write the TypeScript types of what the dashboard reads, and the form of positions, from the contracts.

`python dashboard-app/generate_types.py` rewrites `src/api/contracts.ts`; a test fails when it is not current.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from chitti_shared import positions
from chitti_shared.contracts import compute, market, news, signals
from msgspec import NODEFAULT, inspect

TARGET = Path(__file__).resolve().parent / "src" / "api" / "contracts.ts"
READ: tuple[type[msgspec.Struct], ...] = (
    signals.GetAlertsReply,
    signals.AcknowledgeAlertReply,
    signals.Reset,
    signals.Heartbeat,
    signals.GetWatchlistReply,
    signals.AddToWatchlistReply,
    signals.RemoveFromWatchlistReply,
    signals.ScreenReply,
    signals.ListScreenFieldsReply,
    signals.ScanPatternsReply,
    news.GetArticlesReply,
    market.SearchSymbolsReply,
    market.GetPricesReply,
    compute.ComputeReply,
)
_HEAD = "// Written by generate_types.py from the service contracts. Times are ISO 8601 in UTC.\n"
_NUMBERS = "(number | null)[]"
_PLAIN: dict[type[inspect.Type], str] = {
    inspect.StrType: "string",
    inspect.DateTimeType: "string",
    inspect.DateType: "string",
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.BoolType: "boolean",
    inspect.NoneType: "null",
}


def contracts_ts() -> str:
    """The text of `contracts.ts`: positions, then every struct of `READ` and those they hold, by name."""
    found: dict[str, str] = {}
    for kind in READ:
        _add(inspect.type_info(kind), found)
    return _HEAD + _positions() + "".join(f"\n{found[name]}" for name in sorted(found))


def _positions() -> str:
    """What a place in the alert log looks like; the pattern means the same in both languages."""
    return (
        "\n/** `<epoch>-<seq>`, a place in the alert log. */\n"
        f"export const POSITION_FORM = /^{positions.FORM.pattern}$/;\n"
        f"export const LARGEST_SEQ = {positions.LARGEST_SEQ}n;\n"
    )


def _add(info: inspect.Type, found: dict[str, str]) -> None:
    assert isinstance(info, inspect.StructType)
    name = info.cls.__name__
    if name in found:
        return
    found[name] = ""  # a struct that holds itself ends here
    # a reply carries every field it declares, but those that were left unset
    lines = [
        f"  {field.encode_name}{'' if _always_sent(field) else '?'}: {_typescript(field.type, found)};\n"
        for field in info.fields
    ]
    found[name] = f"export interface {name} {{\n{''.join(lines)}}}\n"


def _always_sent(field: inspect.Field) -> bool:
    # UNSET, which is left out of replies, counts as no default here
    return field.required or field.default is not NODEFAULT or field.default_factory is not NODEFAULT


def _typescript(info: inspect.Type, found: dict[str, str]) -> str:
    match info:
        case inspect.Metadata(type=inner):
            return _typescript(inner, found)
        case inspect.StructType(cls=kind):
            _add(info, found)
            return str(kind.__name__)
        case inspect.ListType(item_type=item):
            inner_text = _typescript(item, found)
            return f"({inner_text})[]" if " " in inner_text else f"{inner_text}[]"
        case inspect.DictType(value_type=value):
            return f"Record<string, {_typescript(value, found)}>"
        case inspect.LiteralType(values=values):
            return " | ".join(f"'{value}'" for value in values)
        case inspect.UnionType(types=types):
            return " | ".join(dict.fromkeys(_typescript(one, found) for one in types))
        case inspect.CustomType(cls=np.ndarray):
            return _NUMBERS
    return _PLAIN[type(info)]


if __name__ == "__main__":
    TARGET.write_text(contracts_ts(), encoding="utf-8")
