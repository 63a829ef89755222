import json
import re
import xml.etree.ElementTree as ET
from functools import cache
from html.parser import HTMLParser

import pytest
from chitti_cli.problem import Problem
from chitti_cli.report.drawing import as_svg, write_plots
from chitti_cli.report.page import page_of, write_page
from chitti_cli.report.plots import PLOTS
from chitti_cli.report.result import read
from support.replies import crossings_reply


def result_of(**fields):
    return read(json.dumps(crossings_reply(**fields)).encode())


@cache
def usual_page():
    return page_of(result_of())


class Reader(HTMLParser):
    """Elements that are open, every tag's attributes, all text."""

    VOID = frozenset({"meta", "br", "use", "path", "rect", "image"})

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read_page(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def test_a_strategy_as_data_stands_there_in_english_and_as_it_was():
    rules = {"name": "<b>", "entry": {"<": [{"rsi": {"period": 14}}, 30]}}
    text = " ".join(read_page(page_of(result_of(strategy_id=None, manifest={"definition": rules}))).text)
    assert "enter long when RSI(14) < 30" in text
    assert json.dumps(rules) in text


def test_the_page_is_whole_and_tells_what_the_reply_told():
    page = read_page(usual_page())
    text = " ".join(" ".join(page.text).split())
    for told in ("TCS", "sma_crossover", "700 bars", "No look-ahead", "Monthly returns", "Worst drawdowns"):
        assert told in text, told
    for told in ("Sharpe", "Profit factor", "fast period", "9f86d081884c7d659a2feaa0c55ad015", "end of data", "3x"):
        assert told in text, told
    assert sum(tag == "svg" for tag, _ in page.tags) == 5


def test_nothing_is_fetched_from_elsewhere():
    page = read_page(usual_page())
    for tag, attributes in page.tags:
        assert tag not in {"script", "link", "iframe", "img", "object", "base"}
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in {"src", "href", "xlink:href"}:
                assert value.startswith(("#", "data:image/png")), (tag, name)
    text = usual_page()
    assert "@import" not in text
    assert not re.findall(r"url\((?!#)", text)


HOSTILE = '<script>alert("x")</script>'


def test_what_comes_from_outside_is_shown_as_it_is():
    result = result_of(
        symbol=HOSTILE,
        symbols=[HOSTILE, "$\\frac{"],
        strategy_id=HOSTILE,
        notes=[HOSTILE],
        run_id=HOSTILE,
        engine=HOSTILE,
        fill=HOSTILE,
        benchmark={"name": HOSTILE + "$\\frac{", "total_return": 0.1},
        skipped={"total": 1, "by_reason": {HOSTILE: 1}},
        manifest={"parameters": {HOSTILE: HOSTILE}, "definition": {HOSTILE: [HOSTILE]}, "costs": [{"name": HOSTILE}]},
        lookahead={"checked": True, "ok": False, "points": [1], "first_difference": {HOSTILE: HOSTILE}},
    )
    text = page_of(result)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    read_page(text)


def test_ids_of_plots_do_not_meet_and_each_is_referred_to():
    text = usual_page()
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    for one in ids:
        assert f"#{one}" in text
    assert set(re.findall(r'(?:url\(|href=")#([^")]+)', text)) <= set(ids)


@pytest.mark.parametrize("name", PLOTS)
def test_plots_take_their_colours_from_the_page(name):
    text = as_svg(name, result_of())
    ET.fromstring(text)
    used = set(re.findall(r"#[0-9a-f]{6}\b", text)) - {"#000000", "#ffffff"}
    if name != "monthly_returns":  # its cells are mixed colours; the page has a table in its place
        assert used == set()
        assert "var(--" in text


def test_the_same_reply_gives_the_same_page():
    assert page_of(result_of()) == usual_page()


def test_a_strategy_that_looks_ahead_is_called_out():
    difference = {"bar": 40, "date": "2021-03-01", "field": "entries"}
    proof = {"checked": True, "ok": False, "points": [40], "first_difference": difference}
    text = page_of(result_of(lookahead=proof))
    assert "can&#39;t be trusted" in text or "can't be trusted" in text
    assert "2021-03-01" in text
    assert "Look-ahead not checked" in page_of(result_of(lookahead={"checked": False, "ok": None}))


ODD = {
    "one bar": {"dates": ["2024-01-01"], "equity_curve": [1e5], "drawdown_curve": [0.0], "benchmark_curve": [1e5]},
    "no dates": {"dates": [], "monthly_returns": {}},
    "no benchmark": {"benchmark": None, "benchmark_curve": None},
    "never traded": {"round_trips": [], "open_trades": [], "counts": {}},
    "flat": {"equity_curve": [1e5] * 700, "drawdown_curve": [0.0] * 700},
    "no proof": {"lookahead": None, "cost_sensitivity": [], "manifest": {}},
    "ruined": {"equity_curve": [1e5] * 350 + [-500.0] * 350, "drawdown_curve": [0.0] * 350 + [-1.005] * 350},
    "grown a thousandfold": {"equity_curve": [1e5 * 1.01**n for n in range(700)], "drawdown_curve": [0.0] * 700},
    "within the day": {"dates": [f"2024-01-{1 + n // 350:02}T09:{n % 60:02}:00" for n in range(700)]},
}
NO_TRADES = {"round_trips": [], "open_trades": []}


@pytest.mark.parametrize("fields", ODD.values(), ids=ODD)
def test_odd_runs_have_a_page(fields):
    read_page(page_of(result_of(**(NO_TRADES | fields))))


def test_a_long_run_stays_a_small_page():
    count = 60_000
    curve = [1e5 + (n % 997) * 10.0 + n for n in range(count)]
    trades = crossings_reply()["round_trips"] * 200
    reply = crossings_reply(dates=[], equity_curve=curve, drawdown_curve=[-0.01] * count, benchmark_curve=curve)
    text = page_of(read(json.dumps(reply | {"round_trips": trades}).encode()))
    assert len(text) < 2_000_000
    assert f"2000 of {len(trades) + len(reply['open_trades'])}" in text


def test_plots_are_png_files_of_their_names(tmp_path):
    written = write_plots(result_of(), tmp_path / "deep" / "folder")
    assert [path.stem for path in written] == list(PLOTS)
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)


def test_a_run_without_dates_or_trades_has_fewer_plots(tmp_path):
    written = write_plots(result_of(**NO_TRADES, dates=[], monthly_returns={}), tmp_path)
    assert [path.stem for path in written] == ["equity", "rolling_sharpe", "distribution"]


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem, match="can't write"):
        write_page(result_of(), tmp_path / "file" / "page.html")
    with pytest.raises(Problem, match="can't write plots"):
        write_plots(result_of(), tmp_path / "file" / "plots")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"not json", "no reply of a backtest"),
        (b"[1]", "no reply of a backtest"),
        (b'{"equity_curve": ["x"], "results": {}}', "no reply of a backtest"),
        (b'{"state": "running", "run_id": "1"}', "the run is running"),
        (b'{"state": "failed", "error": {"error": "not_found", "message": "no bars"}}', "the run is failed: no bars"),
        (b'{"state": "completed", "apart": []}', "each for itself"),
        (b'{"equity_curve": [], "drawdown_curve": [], "results": {}}', "has no bars"),
    ],
)
def test_what_is_no_completed_run_is_refused(text, message):
    with pytest.raises(Problem, match=message):
        read(text)
