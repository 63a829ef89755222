"""Which handler answers a path."""

import pytest
from core_api.routes.table import RouteTable, path_names


async def handler(*_):
    """Stands in the table only."""


@pytest.fixture
def table() -> RouteTable:
    made = RouteTable()
    for method, path in (
        ("GET", "/api/alerts"),
        ("GET", "/api/alerts/stream"),
        ("GET", "/api/alerts/{alert_id}"),
        ("POST", "/api/alerts/{alert_id}/ack"),
        ("POST", "/api/compute/sma"),
        ("POST", "/api/compute/{indicator}"),
        ("PUT", "/api/watchlist/{symbol}"),
        ("DELETE", "/api/watchlist/{symbol}"),
    ):
        made.add(method, path, handler, "fast")
    return made


@pytest.mark.parametrize(
    ("method", "path", "declared", "values"),
    [
        ("GET", "/api/alerts", "/api/alerts", ()),
        ("HEAD", "/api/alerts", "/api/alerts", ()),
        ("GET", "/api/alerts/stream", "/api/alerts/stream", ()),
        ("GET", "/api/alerts/ab", "/api/alerts/{alert_id}", ("ab",)),
        ("POST", "/api/alerts/stream/ack", "/api/alerts/{alert_id}/ack", ("stream",)),
        ("POST", "/api/compute/sma", "/api/compute/sma", ()),
        ("POST", "/api/compute/nope", "/api/compute/{indicator}", ("nope",)),
        ("DELETE", "/api/watchlist/M&M", "/api/watchlist/{symbol}", ("M&M",)),
    ],
)
def test_a_path_finds_its_endpoint(table, method, path, declared, values):
    found = table.find(method, path)
    assert found.endpoint.path == declared
    assert found.values == values


@pytest.mark.parametrize(
    "path", ["", "/", "/api", "/api/alerts/", "/api/alerts/a/b", "/api/alerts/a/ack/", "//api/alerts"]
)
def test_other_paths_find_nothing(table, path):
    assert table.find("GET", path) is None


def test_a_known_path_tells_its_methods(table):
    found = table.find("POST", "/api/watchlist/TCS")
    assert found.endpoint is None
    assert set(found.allowed) == {"PUT", "DELETE"}


def test_an_endpoint_is_declared_once(table):
    with pytest.raises(TypeError, match="declared twice"):
        table.add("PUT", "/api/watchlist/{name}", handler, "fast")


def test_names_of_a_path():
    assert path_names("/api/alerts/{alert_id}/ack") == ("alert_id",)
