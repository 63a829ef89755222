"""Every example of the language's page runs, and its tables are the language's."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from chitti_shared.expressions import FACTS, OPERATORS, SERIES, Rule, parse_rule, parse_strategy
from chitti_shared.expressions.facts import EVENTS
from chitti_shared.expressions.parsing import Parser
from chitti_shared.expressions.strategies import KEYS
from mojo_compute.backtesting.data import Bars, Data, News
from mojo_compute.backtesting.expressions import Program, columns_of, compile_strategy
from signal_service.evaluation import ArticleFacts, Dated, Plan, SymbolFacts
from support.markets import MARKETS

PAGE = (Path(__file__).parents[3] / "docs" / "EXPRESSIONS.md").read_text(encoding="utf-8")
BLOCKS = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
ROWS = [re.findall(r"(?:[^|\\]|\\.)+", line) for line in PAGE.splitlines() if line.startswith("| `")]


@pytest.fixture(scope="module")
def data() -> Data:
    market = MARKETS["INFY"]
    days = np.arange("2021-01-01", "2022-12-02", dtype="datetime64[D]").astype("datetime64[s]")
    columns = (market[name][None] for name in ("open", "high", "low", "close", "volume"))
    seen = days[::2] + np.timedelta64(10, "h")
    scores = np.sin(np.arange(len(seen)) / 3.0)
    return Data(Bars(*columns, times=days), News(seen, seen, np.zeros(len(seen), np.int32), scores))


@pytest.mark.parametrize("document", BLOCKS, ids=lambda one: "-".join(one))
def test_every_example_decides_on_a_market(document, data):
    if "entry" in document:
        found = compile_strategy(document).signals(data)
        assert found.entries.any()
        assert not found.entries.all()
    else:
        flags = where(parse_rule(document), data)
        assert flags.any()
        assert not flags.all()


def where(rule: Rule, data: Data) -> np.ndarray:
    """Where a rule holds: what it reads beside the bars is invented."""
    if rule.needs <= {"series", "news"}:
        (flags,) = Program([rule.bind()]).run(columns_of(data, 0))
        return flags
    plan = Plan([rule.bind()])
    bars, days = data.bars, data.bars.times.astype("datetime64[D]").astype(np.int64)
    nodes = [Parser({}).parse(json.loads(label), "", "number") for label in plan.columns]
    facts = SymbolFacts(
        "INFY", None, days, *(getattr(bars, name)[0] for name in ("open", "high", "low", "close", "volume")),
        columns=dict(zip(plan.columns, Program(nodes).run(columns_of(data, 0)), strict=True)),
        articles=ArticleFacts(np.arange(0, 400, 20), np.ones(20), np.ones(20), ("order_win",) * 20),
        fundamentals={name: Dated(days[:1], np.array([20.0])) for name in plan.metrics},
        sector_ranks={name: Dated(days[:1], np.array([80.0])) for name in plan.ranked},
        patterns={name: np.arange(len(days)) % 7 / 7 for name in plan.patterns},
    )  # fmt: skip
    return plan.run(facts)[0].astype(bool)


def test_the_first_example_reads_as_the_page_tells_it():
    told = " ".join(re.search(r"\*(enter long when .*?)\*", PAGE, re.DOTALL)[1].split())
    assert parse_strategy(BLOCKS[0]).description == told


def test_the_python_example_runs(data, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(code, {"data": data})
    assert capsys.readouterr().out == "enter long when close crosses above SMA(bars), with bars = 50\n20\n"


def test_the_example_of_the_command_reads():
    (request,) = re.findall(r"chitti call mojo-compute backtest --json '(.*)'", PAGE)
    assert parse_strategy(json.loads(request)["strategy"])


def test_the_tables_of_series_and_operators_are_the_languages():
    told = {row[0].strip(" `"): [cell.strip() for cell in row[1:]] for row in ROWS}
    assert {name: told[name][0] for name in SERIES} == SERIES
    assert {name: told[name][0] for name in OPERATORS} == {name: one.summary for name, one in OPERATORS.items()}
    assert {name: told[name][0] for name in FACTS} == {name: one.summary for name, one in FACTS.items()}
    for name in (*OPERATORS, *FACTS):
        example = json.loads(told[name][1].strip("`"))
        assert f'"{name}"' in told[name][1]
        document = example if is_condition(example) else {">": [example, 0]}
        assert parse_rule(document)


def is_condition(document) -> bool:
    return OPERATORS[next(iter(document))].gives == "truth"


def test_the_forms_of_numbers_are_read():
    forms = PAGE.split("## Numbers")[1].split("All [indicators]")[0]
    written = re.findall(r"^\| (`.*?) \|", forms.split("| series |")[0], re.MULTILINE)
    assert len(written) == 11
    for text in (one for cell in written for one in re.findall(r"`(.*?)`", cell)):
        rule = {"when": {">": [json.loads(text), 0]}, "define": {"trend": {"sma": 20}}}
        variables = {"parameters": {"fast": 3}} if "param" in text else {}
        assert parse_rule(rule | variables)


def test_every_key_of_a_strategy_is_told():
    table = PAGE.split("## Strategies")[1].split("How orders fill")[0]
    assert sorted(
        re.findall(r"`(\w+)`(?=[,` \w]*\|)", "\n".join(re.findall(r"^\| [^|]*\|", table, re.MULTILINE)))
    ) == sorted(KEYS)


def test_the_errors_are_those_of_the_page():
    table = PAGE.split("## Limits and errors")[1]
    rows = re.findall(r"^\| `(\{.*?)` \| (.*?) \|$", table, re.MULTILINE)
    assert len(rows) == 9
    for document, message in rows:
        with pytest.raises(InvalidInput) as raised:
            parse_strategy(json.loads(document))
        assert raised.value.message == message


def test_the_events_of_the_page_are_those_of_the_language():
    section = PAGE.split("### Facts")[1].split("```json")[0]
    told = section.split("an event ")[1].split("A figure")[0]
    assert re.findall(r"`(\w+)`", told) == list(EVENTS)
