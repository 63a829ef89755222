"""Write what the documentation repeats of the code: settings, actions, routes, parameters.

`python docs/generate.py` rewrites `.env.example`, `docs/CONFIGURATION.md`'s table,
`docs/API_DESIGN.md`'s tables, `docs/API_REFERENCE.md` and `docs/INDICATORS.md`; a test fails when they are not
current.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

from chitti_cli.gateway import ENVIRONMENT
from chitti_shared.contracts.action import Action, Service, schema_of
from chitti_shared.contracts.compute import COMPUTE, SMA
from chitti_shared.contracts.indicators import INDICATORS, Indicator, Parameter
from chitti_shared.contracts.indicators.average_types import NAMES
from chitti_shared.contracts.services import SERVICES
from chitti_shared.contracts.system import SYSTEM, UPLOADS
from chitti_shared.errors import ChittiError
from chitti_shared.settings import Settings
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent

# Defaults that depend on the machine, and values worth showing instead of an empty one
DEFAULTS = {
    "chitti_runtime_dir": "$XDG_RUNTIME_DIR/trading-chitti, else /tmp/trading-chitti-<uid>",
    "chitti_data_dir": "$XDG_DATA_HOME/trading-chitti, else ~/.local/share/trading-chitti",
}
EXAMPLES = {
    "database_url": "postgresql://chitti@db.example/chitti",
    "chitti_cors_origins": "https://dashboard.example",
    "chitti_feeds": "https://feeds.example/markets.xml https://feeds.example/results.xml",
    "chitti_feed_allow": "127.0.0.1:8080",
    "chitti_webhook_allow": "127.0.0.1:9000",
    "chitti_finbert_dir": "/srv/models/finbert",
    "mojo_compute_listen": "tcp://127.0.0.1:6004",
    "signal_service_listen": "tcp://127.0.0.1:6003",
    "news_nlp_listen": "tcp://127.0.0.1:6002",
    "chitti_jwt_secret_file": "/run/secrets/chitti_jwt",
}


SETTINGS_MODULES = ("news_nlp", "signal_service", "mojo_compute", "core_api")


def setting_groups() -> list[tuple[str, dict[str, FieldInfo]]]:
    """(who reads them, its own fields), the shared settings first."""
    groups = [("every process", dict(Settings.model_fields))]
    for package in SETTINGS_MODULES:
        if importlib.util.find_spec(f"{package}.settings"):
            importlib.import_module(f"{package}.settings")
    for kind in Settings.__subclasses__():
        own = {name: field for name, field in kind.model_fields.items() if name not in Settings.model_fields}
        groups.append((kind.__module__.split(".")[0].replace("_", "-"), own))
    return groups


def default_of(name: str, field: FieldInfo) -> str:
    """The default as a person would type it; empty for unset."""
    if name in DEFAULTS:
        return DEFAULTS[name]
    value = None if field.default is PydanticUndefined else field.default
    return "" if value is None else str(value)


def choices_of(field: FieldInfo) -> str:
    values = re.findall(r"'([^']+)'", str(field.annotation)) if "Literal" in str(field.annotation) else []
    return " | ".join(values)


def env_example() -> str:
    lines = [
        "# Every setting, with its default. Copy to .env and uncomment what you change.",
        "# The environment wins over .env. Made by `make docs` from chitti_shared/settings.py.",
    ]
    for reader, fields in setting_groups():
        lines += ["", f"# ---- {reader}"]
        for name, field in fields.items():
            lines += ["", *env_lines(name, field)]
    return "\n".join(lines) + "\n"


def env_lines(name: str, field: FieldInfo) -> list[str]:
    choices, default = choices_of(field), default_of(name, field)
    lines = [f"# {field.description}" + (f" ({choices})" if choices else "")]
    if name in DEFAULTS:
        return [*lines, f"# default: {default}", f"#{name.upper()}="]
    if name in EXAMPLES:
        lines.append(f"# example: {EXAMPLES[name]}")
    return [*lines, f"#{name.upper()}={default}"]


def settings_table() -> str:
    rows: list[str] = []
    for reader, fields in setting_groups():
        rows += ["", f"Read by {reader}:", "", "| setting | default | meaning |", "|---|---|---|"]
        for name, field in fields.items():
            default, choices = default_of(name, field), choices_of(field)
            meaning = f"{field.description}" + (f" One of `{choices}`." if choices else "")
            rows.append(f"| `{name.upper()}` | {f'`{default}`' if default else 'unset'} | {escaped(meaning)} |")
    rows += ["", "Read by `chitti alerts --follow` and `chitti demo`, from the environment only:", ""]
    rows += ["| variable | default | meaning |", "|---|---|---|"]
    rows += [f"| `{name}` | unset | {escaped(meaning)} |" for name, meaning in ENVIRONMENT.items()]
    return "\n".join(rows[1:])


def escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def actions_table() -> str:
    rows = ["| action | daemon | HTTP | what it does |", "|---|---|---|---|"]
    for service in SERVICES.values():
        rows += [
            f"| [`{action.name}`](API_REFERENCE.md#{action.name}) | {service.name} "
            f"| {http_of(action)} | {escaped(action.doc)} |"
            for action in own_actions(service)
        ]
        if SMA in service.actions:
            rows.append(
                f"| `compute_<indicator>` | {service.name} | `POST /api/compute/<indicator>` "
                f"| Each of the {len(INDICATORS)} [indicators](INDICATORS.md) likewise. |"
            )
    rows += [f"| `{action.name}` | every daemon | - | {escaped(action.doc)} |" for action in SYSTEM]
    rows += [f"| `{action.name}` | daemons that take arrays | - | {escaped(action.doc)} |" for action in UPLOADS]
    return "\n".join(rows)


def own_actions(service: Service) -> list[Action]:
    """A service's actions, of those of the indicators, which are of one form, the first."""
    return [action for action in service.actions if action not in SYSTEM and (action not in COMPUTE or action is SMA)]


def http_of(action: Action) -> str:
    if action.route is None:
        return "-"
    return f"`{action.route.method} {action.route.path}`"


def errors_table() -> str:
    rows = ["| code | HTTP | a retry may help |", "|---|---|---|"]
    kinds = sorted(ChittiError.__subclasses__(), key=lambda kind: (kind.http_status, kind.code))
    rows += [f"| `{kind.code}` | {kind.http_status} | {'yes' if kind.retryable else 'no'} |" for kind in kinds]
    return "\n".join(rows)


def reference() -> str:
    parts = [
        "# API reference",
        "",
        "Every action with its parameters and reply fields, made by `make docs` from `chitti_shared.contracts`.",
        "How frames, errors and HTTP carry them: [API_DESIGN.md](API_DESIGN.md).",
    ]
    for service in SERVICES.values():
        parts += ["", f"## {service.name}"]
        for action in own_actions(service):
            parts += ["", f"### {action.name}", "", doc_of(action), ""]
            facts = [http_of(action)] if action.route else ["sockets only"]
            facts += ["may be repeated safely" if action.idempotent else "not repeated by the client"]
            facts += ["pushes events until cancelled"] if action.stream else []
            parts += [" · ".join(facts), "", *fields_table("parameter", action.request), ""]
            parts += fields_table("reply field", action.reply)
            if action.partial is not None:
                parts += ["", "Partial replies, when `progress` is true:", ""]
                parts += fields_table("partial reply field", action.partial)
    return "\n".join(parts) + "\n"


def doc_of(action: Action) -> str:
    if action is not SMA:
        return action.doc
    return (
        f"One action for each of the {len(INDICATORS)} indicators of [INDICATORS.md](INDICATORS.md), all of one form: "
        "the inputs, parameters and outputs are the indicator's own, the other fields are the same. Here those of "
        "`compute_sma`."
    )


def indicators_page() -> str:
    """docs/INDICATORS.md: every indicator, by group."""
    streams = sum(one.streams for one in INDICATORS)
    parts = [
        "# Indicators",
        "",
        f"{len(INDICATORS)} indicators, each as a function, an action and a panel; {streams} of them bar by bar too.",
        "Made by `make docs` from `chitti_shared.contracts.indicators`.",
        "",
        "```python",
        "from mojo_compute import indicators as ta",
        "",
        "ta.rsi(close, 14)  # one series: an array as long as the input",
        'ta.panel("rsi", closes, period=14, threads=2)  # many series: a row for each symbol',
        'rsi = ta.Stream("rsi", 14)',
        "rsi.feed(1432.5)  # bar by bar; rsi.save() and Stream.restore()",
        "```",
        "",
        "Over HTTP `POST /api/compute/rsi`, over the socket `compute_rsi`, many at once `compute_batch`. Missing bars",
        "are NaN or null: a *windowed* indicator has no value while its window holds one; a *recursive* one steps over",
        "it; *by `ma_type`* it is recursive where that average is exponential. *Streams*: has a stream form.",
        "*Sparse*: may have no value behind the warm-up too. *Repaints*: later bars change earlier values.",
        "*Integer* outputs are 0 where there is no value, in the warm-up and on missing bars.",
        "",
        "A type of average is given by number or by name, in capitals or not: "
        + ", ".join(f"{number} `{name}`" for number, name in enumerate(NAMES))
        + ".",
    ]
    groups = dict.fromkeys(one.group for one in INDICATORS)
    parts += ["", " · ".join(f"[{group}](#{group})" for group in groups)]
    for group in groups:
        members = [one for one in INDICATORS if one.group == group]
        parts += ["", f"## {group}", "", f"{len(members)} indicators.", ""]
        parts += ["| name | what it tells | inputs | parameters (default; range) | outputs | warm-up | form | source |"]
        parts += ["|---|---|---|---|---|---|---|---|", *map(indicator_row, members)]
    return "\n".join(parts) + "\n"


def indicator_row(one: Indicator) -> str:
    names = ", ".join(f"`{name}`" for name in (one.name, *one.aliases))
    parameters = "; ".join(map(parameter_text, one.parameters))
    flags = [f"by {', '.join(f'`{name}`' for name in one.recursive_by)}"] if one.recursive_by else []
    flags = flags or ["recursive" if one.recursive else "windowed"]
    flags += [word for word in ("streams", "sparse", "repaints") if getattr(one, word)]
    lookback = one.lookback({p.name: p.default for p in one.parameters})
    cells = [
        names,
        one.summary,
        " ".join(one.inputs),
        parameters or "none",
        " ".join(f"`{name}` (integer)" if name in one.integers else f"`{name}`" for name in one.outputs),
        str(lookback),
        ", ".join(flags),
        one.source,
    ]
    return "| " + " | ".join(map(escaped, cells)) + " |"


def parameter_text(one: Parameter) -> str:
    default = one.names[int(one.default)] if one.names else f"{one.default:g}"
    return f"`{one.name}` {default} ({one.ge:g} to {one.le:g}{', or a name' if one.names else ''})"


def fields_table(title: str, kind: type[Any]) -> list[str]:
    schema = schema_of(kind)
    definitions = schema.get("$defs", {})
    top = definitions[kind.__name__] if "$ref" in schema else schema
    properties: dict[str, Any] = top.get("properties", {})
    if not properties:
        return [f"No {title}s."]
    required = set(top.get("required", []))
    rows = [f"| {title} | type | default |", "|---|---|---|"]
    for name, described in properties.items():
        if name in required:
            default = "required" if title == "parameter" else ""
        elif "default" in described:
            default = f"`{json.dumps(described['default'])}`"
        else:
            default = "may be absent"
        rows.append(f"| `{name}` | {escaped(type_text(described, definitions))} | {default} |")
    return rows


_BOUNDS = (("minimum", "≥"), ("maximum", "≤"), ("exclusiveMinimum", ">"), ("exclusiveMaximum", "<"))


def type_text(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    """A JSON Schema in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        inner = definitions[name]
        if "enum" in inner:
            return " | ".join(f'"{value}"' for value in inner["enum"])
        return "object {" + ", ".join(inner.get("properties", {})) + "}"
    if "anyOf" in schema:
        return " or ".join(type_text(one, definitions) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(f'"{value}"' if isinstance(value, str) else str(value) for value in schema["enum"])
    if "const" in schema:
        return f'"{schema["const"]}"'
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return " or ".join(
            f"array of {type_text(schema['items'], definitions)}" if one == "array" else one for one in kind
        )
    if kind == "array":
        return f"array of {type_text(schema.get('items') or {}, definitions)}{lengths(schema, 'Items')}"
    text = str(kind) + lengths(schema, "Length")
    # as many digits as it takes: typing takes Meta(ge=0) for Meta(ge=0.0), whichever is imported first
    bounds = [f"{sign} {schema[key]:.12g}" for key, sign in _BOUNDS if key in schema]
    bounds += [f"`{schema['pattern']}`"] if "pattern" in schema else []
    return f"{text} {', '.join(bounds)}".strip()


def lengths(schema: dict[str, Any], unit: str) -> str:
    least, most = schema.get(f"min{unit}"), schema.get(f"max{unit}")
    if least is None and most is None:
        return ""
    return f" ({'' if least is None else f'{least:,}'}..{'' if most is None else f'{most:,}'})"


def with_section(text: str, name: str, body: str) -> str:
    """`text` with what stands between the markers of `name` replaced."""
    pattern = re.compile(rf"(<!-- generated: {name} -->\n).*?(\n<!-- end -->)", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"no section {name!r}")
    return pattern.sub(lambda found: found[1] + body + found[2], text)


def outputs() -> dict[Path, str]:
    """Every file this module writes, with its current text."""
    configuration, design = DOCS / "CONFIGURATION.md", DOCS / "API_DESIGN.md"
    design_text = with_section(design.read_text(encoding="utf-8"), "actions", actions_table())
    return {
        ROOT / ".env.example": env_example(),
        configuration: with_section(configuration.read_text(encoding="utf-8"), "settings", settings_table()),
        design: with_section(design_text, "errors", errors_table()),
        DOCS / "API_REFERENCE.md": reference(),
        DOCS / "INDICATORS.md": indicators_page(),
    }


def main() -> None:
    for path, text in outputs().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
