"""Health, metrics, documentation, the dashboard's files."""

from __future__ import annotations

import asyncio
import json
import re

import httpx
import pytest
from chitti_shared.contracts.services import SERVICES
from prometheus_client.parser import text_string_to_metric_families


async def test_health_tells_each_service(stack):
    reply = await stack.client().get("/health")
    assert reply.status_code == 200
    body = reply.json()
    assert body["status"] == "healthy"
    assert (body["engine"], body["mojo_available"]) == ("cython", False)
    assert set(body["services"]) == set(SERVICES)
    for service in body["services"].values():
        assert service["status"] == "healthy"
        assert service["version"] == "9.9"
        assert 0 < service["latency_ms"] < 1000
    assert body["checks"] == {"database": "ok"}
    assert body["timestamp"].endswith("Z")


async def test_health_is_degraded_with_one_service_away_and_unhealthy_with_all(stack):
    await stack.daemons["news-nlp"].stop()
    body = (await stack.client().get("/health")).json()
    assert body["status"] == "degraded"
    assert body["services"]["news-nlp"]["status"] == "unhealthy"
    assert body["services"]["news-nlp"]["error"] == "service_unavailable"
    for daemon in stack.daemons.values():
        await daemon.stop()

    async def unhealthy() -> httpx.Response:
        async with asyncio.timeout(10):
            while (reply := await stack.client().get("/health")).status_code != 503:
                pass  # the last answer is kept for a second
        return reply

    reply = await unhealthy()
    assert reply.json()["status"] == "unhealthy"


async def test_health_is_degraded_without_the_database(stack):
    await stack.accounts._pool.close()
    reply = await stack.client().get("/health")
    assert reply.status_code == 200
    assert (reply.json()["status"], reply.json()["checks"]) == ("degraded", {"database": "unavailable"})


async def test_metrics_of_every_service_are_in_one_scrape(stack):
    client = await stack.logged_in()
    await client.get("/api/watchlist")
    reply = await stack.client().get("/metrics")  # from loopback
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(reply.text)}
    assert {sample.labels["service"] for sample in families["chitti_up"].samples} == {*SERVICES, "core-api"}
    assert all(sample.value == 1.0 for sample in families["chitti_up"].samples)
    counted = {
        (sample.labels["route"], sample.labels["status"]): sample.value
        for sample in families["chitti_http_requests"].samples
        if sample.name == "chitti_http_requests_total"
    }
    assert counted["/api/watchlist", "404"] == 1.0
    assert len(families["process_resident_memory_bytes"].samples) >= 2


async def test_metrics_are_for_admins_when_somebody_else_speaks_through_loopback(stack):
    forwarded = {"x-forwarded-for": "203.0.113.9"}
    assert (await stack.client().get("/metrics", headers=forwarded)).status_code == 401
    user = await stack.logged_in("asha")
    assert (await user.get("/metrics", headers=forwarded)).status_code == 403
    admin = await stack.logged_in("admin")
    assert (await admin.get("/metrics", headers=forwarded)).status_code == 200


async def test_the_openapi_document_is_whole(stack):
    document = (await stack.client().get("/openapi.json")).json()
    declared = {
        (action.route.path, action.route.method.lower())
        for service in SERVICES.values()
        for action in service.actions
        if action.route is not None
    }
    own = {
        ("/health", "get"),
        ("/metrics", "get"),
        *(("/api/auth/" + name, "post") for name in ("token", "refresh", "logout", "stream-ticket")),
    }
    served = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert served == declared | own
    components = document["components"]["schemas"]
    references = set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(document)))
    assert references <= set(components)
    assert "HTTPValidationError" not in components
    sma = document["paths"]["/api/compute/sma"]["post"]
    assert sma["security"] == [{"login": []}]
    assert sma["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("ComputeSmaRequest")
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["summary"], path
            in_path = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
            assert in_path == set(re.findall(r"{(\w+)}", path))
    identifiers = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(identifiers) == len(set(identifiers))


async def test_the_documentation_page_needs_nothing_from_the_net(stack):
    client = stack.client()
    page = await client.get("/docs")
    assert page.status_code == 200
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert addresses
    for address in addresses:
        assert address.startswith("/docs/assets/")
        assert (await client.get(address)).status_code == 200
    assert (await client.get("/docs/assets/../../secret")).status_code == 404


async def test_without_a_dashboard_the_first_page_says_so(start, tmp_path):
    stack = await start(chitti_dashboard_dir=tmp_path)
    page = await stack.client().get("/")
    assert page.status_code == 200
    assert "No dashboard is built" in page.text
    assert "/docs" in page.text


@pytest.fixture
def dashboard(tmp_path):
    (tmp_path / "dist" / "assets").mkdir(parents=True)
    (tmp_path / "dist" / "index.html").write_text("<h1>dashboard</h1>")
    (tmp_path / "dist" / "assets" / "app-1a2b.js").write_text("run()")
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path / "dist"


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/", 200, "dashboard"),
        ("/alerts/today", 200, "dashboard"),
        ("/assets/app-1a2b.js", 200, "run()"),
        ("/assets/other.js", 404, "not_found"),
        ("/..%2fsecret.txt", 404, "not_found"),
        ("/%2e%2e/secret.txt", 404, "not_found"),
        ("/a%00b", 404, "not_found"),
        ("/health", 200, "healthy"),
    ],
)
async def test_a_built_dashboard_is_served(start, dashboard, path, status, text):
    stack = await start(chitti_dashboard_dir=dashboard)
    reply = await stack.client().get(path)
    assert reply.status_code == status
    assert text in reply.text
    assert reply.headers["x-content-type-options"] == "nosniff"


async def test_cross_origin_requests_are_off_unless_asked_for(start):
    closed = await start()
    reply = await closed.client().get("/health", headers={"origin": "https://a.example"})
    assert "access-control-allow-origin" not in reply.headers


async def test_origins_in_the_settings_may_read_errors_too(start):
    stack = await start(chitti_cors_origins="https://a.example")
    reply = await stack.client().get("/api/alerts", headers={"origin": "https://a.example"})
    assert reply.status_code == 401
    assert reply.headers["access-control-allow-origin"] == "https://a.example"
