import asyncio

import pytest
from chitti_shared.contracts.indicators import BY_NAME
from chitti_shared.metrics import ComputeMetrics, LabelSet, build_registry, exposition


@pytest.fixture
def registry():
    return build_registry("mojo-compute", "0.1.0")


@pytest.fixture
def metrics(registry):
    return ComputeMetrics(registry, ["compute_sma"], BY_NAME)


def test_the_scrape_holds_the_names_of_the_api_design(registry, metrics):
    metrics.observe_request("compute_sma", "ok", 0.001)
    metrics.observe_computation("sma", 0.0005)
    metrics.observe_cache("sma", hit=True)
    metrics.observe_cache("sma", hit=False)
    metrics.mojo_available.set(0)
    metrics.fallbacks.inc()
    lines = exposition(registry).decode().splitlines()
    for line in (
        'mojo_compute_requests_total{endpoint="compute_sma",status="ok"} 1.0',
        'mojo_computation_seconds_count{indicator="sma"} 1.0',
        'mojo_cache_hits_total{indicator="sma"} 1.0',
        'mojo_cache_misses_total{indicator="sma"} 1.0',
        "mojo_available 0.0",
        "mojo_fallback_total 1.0",
        'chitti_build_info{service="mojo-compute",version="0.1.0"} 1.0',
    ):
        assert line in lines


def test_spellings_of_callers_do_not_become_series(registry, metrics):
    for number in range(1000):
        metrics.observe_request(f"compute_{number}", f"status_{number}", 0.001)
        metrics.observe_cache(f"indicator_{number}", hit=True)
    text = exposition(registry).decode()
    assert 'mojo_compute_requests_total{endpoint="unknown",status="unknown"} 1000.0' in text
    assert 'mojo_cache_hits_total{indicator="unknown"} 1000.0' in text
    assert "compute_7" not in text


def test_error_codes_are_statuses(registry, metrics):
    metrics.observe_request("compute_sma", "invalid_input", 0.001)
    assert 'status="invalid_input"' in exposition(registry).decode()


def test_two_processes_worth_of_registries_do_not_share_counts(metrics):
    other = build_registry("mojo-compute", "0.1.0")
    ComputeMetrics(other, ["compute_sma"], BY_NAME)
    metrics.fallbacks.inc()
    assert "mojo_fallback_total 0.0" in exposition(other).decode()


def test_a_label_outside_its_set_is_unknown():
    names = LabelSet(["a"])
    assert names.of("a") == "a"
    assert names.of("b") == "unknown"
    assert "b" not in names


async def test_a_scrape_counts_the_tasks_of_its_loop(registry):
    def counted() -> str:
        return next(line for line in exposition(registry).decode().splitlines() if line.startswith("chitti_asyncio"))

    assert counted() == f"chitti_asyncio_tasks {len(asyncio.all_tasks()):.1f}"
    done = asyncio.Event()
    more = [asyncio.create_task(done.wait()) for _ in range(3)]
    assert counted() == f"chitti_asyncio_tasks {len(asyncio.all_tasks()):.1f}"
    done.set()
    await asyncio.wait(more)
    assert counted() == f"chitti_asyncio_tasks {len(asyncio.all_tasks()):.1f}"


def test_a_scrape_outside_of_a_loop_leaves_the_tasks_out(registry):
    assert "chitti_asyncio_tasks" not in exposition(registry).decode()
