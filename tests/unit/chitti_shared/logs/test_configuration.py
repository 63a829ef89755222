import contextvars
import io
import json
import logging
import subprocess
import sys
import threading
import warnings

import pytest
import structlog
from chitti_shared.logs import bind_request, configure_logging, get_logger
from chitti_shared.tracing import TraceContext, bind_trace

FOREIGN = ["uvicorn", "uvicorn.access", "uvicorn.error", "asyncio", "apscheduler"]


@pytest.fixture
def lines():
    """Configure logging into memory; calling the fixture's value gives the lines so far, parsed."""
    root = logging.getLogger()
    kept = (root.handlers[:], root.level, sys.excepthook, threading.excepthook)
    levels = {name: logging.getLogger(name).level for name in FOREIGN}
    shown = warnings.showwarning
    before = structlog.get_config()
    out = io.BytesIO()
    configure_logging("core-api", "INFO", stream=out)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    structlog.configure(**before)
    logging.captureWarnings(capture=False)
    warnings.showwarning = shown
    root.handlers[:], sys.excepthook, threading.excepthook = kept[0], kept[2], kept[3]
    root.setLevel(kept[1])
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_a_line_is_json_with_the_fields_of_the_process(lines):
    get_logger("core_api.app").info("ready", port=6001, duration_ms=1.5)
    (line,) = lines()
    assert list(line)[:4] == ["timestamp", "level", "service", "event"]
    assert line["timestamp"].endswith("Z")
    assert (line["level"], line["service"], line["event"]) == ("INFO", "core-api", "ready")
    assert (line["module"], line["port"], line["duration_ms"]) == ("core_api.app", 6001, 1.5)


def test_lines_below_the_level_are_not_written(lines):
    get_logger("x").debug("detail")
    logging.getLogger("x").debug("detail")
    assert lines() == []


def test_the_bound_request_is_on_every_line_of_its_task_and_no_other(lines):
    log = get_logger("x")

    def serve():
        bind_request(request_id=7, action="compute_sma", symbol="TCS")
        log.info("inside")
        logging.getLogger("asyncio").warning("foreign")

    contextvars.copy_context().run(serve)
    log.info("outside")
    inside, foreign, outside = lines()
    assert (inside["request_id"], inside["action"], inside["symbol"]) == (7, "compute_sma", "TCS")
    assert foreign["request_id"] == 7
    assert "request_id" not in outside


async def test_a_task_keeps_its_own_request_and_trace(lines):
    import asyncio

    log = get_logger("x")
    trace = TraceContext.new()

    async def serve(request_id):
        bind_request(request_id=request_id, action="a")
        bind_trace(trace)
        await asyncio.sleep(0)
        log.info("served")

    await asyncio.gather(serve(1), serve(2))
    log.info("outside")
    first, second, outside = lines()
    assert [first["request_id"], second["request_id"]] == [1, 2]
    assert first["trace_id"] == trace.trace_id
    assert "trace_id" not in outside


def test_a_line_keeps_its_own_request_id(lines):
    def serve():
        bind_request(request_id=7, action="a")
        get_logger("x").info("about another", request_id=8)

    contextvars.copy_context().run(serve)
    assert lines()[0]["request_id"] == 8


def test_secrets_do_not_reach_the_output(lines):
    get_logger("x").info("login password=hunter22", password="hunter22", nested={"token": "hunter22"})
    logging.getLogger("uvicorn.error").info("url postgres://u:%s@h/db", "hunter22")
    assert "hunter22" not in json.dumps(lines())


def test_a_traceback_is_written_once_however_many_layers_log_it(lines):
    try:
        int("password=hunter22")
    except ValueError:
        get_logger("x").exception("failed")
        logging.getLogger("uvicorn.error").exception("failed again")
    first, again = lines()
    assert first["level"] == "ERROR"
    assert first["exception"]["type"] == "ValueError"
    assert "test_configuration.py" in first["exception"]["traceback"]
    assert "traceback" not in again["exception"]
    assert "hunter22" not in json.dumps([first, again])


def test_a_line_with_breaks_in_its_values_stays_one_line(lines):
    get_logger("x").info("event", symbol='TCS\n{"level":"error"}')
    (line,) = lines()
    assert line["symbol"] == 'TCS\n{"level":"error"}'


def test_values_json_does_not_know_are_written_as_text(lines):
    get_logger("x").info("event", path=logging, raw=b"\xff", number=float("nan"))
    (line,) = lines()
    assert line["number"] is None
    assert isinstance(line["raw"], str)


def test_python_warnings_are_lines_too(lines):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("old call", stacklevel=1)
    assert "old call" in lines()[-1]["event"]


def test_an_uncaught_exception_of_a_thread_is_a_line(lines):
    def fail():
        raise ValueError("in the thread")

    thread = threading.Thread(target=fail, name="worker")
    thread.start()
    thread.join()
    (line,) = lines()
    assert line["thread"] == "worker"
    assert line["exception"]["message"] == "in the thread"


def test_lines_of_several_threads_do_not_mix(lines):
    def log_many():
        for number in range(200):
            get_logger("x").info("event", number=number, filler="x" * 500)

    threads = [threading.Thread(target=log_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lines()) == 800


def test_a_script_that_configures_nothing_sees_warnings_on_stderr_only():
    script = "from chitti_shared.logs import get_logger; log = get_logger('x'); log.info('detail'); log.warning('odd')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert "odd" in done.stderr
    assert "detail" not in done.stderr
