"""The metrics of the gateway and of the daemons behind it, in one scrape."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping

from chitti_shared.contracts.action import Empty
from chitti_shared.contracts.system import METRICS, MetricsReply
from chitti_shared.errors import ChittiError
from chitti_shared.ipc import Client
from chitti_shared.metrics import exposition
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

_TIMEOUT_S = 2.0


class Scrape:
    """Collects every process's metrics; each series gets the label `service`.

    The daemons listen on sockets only, so this is where Prometheus meets them. One that is away
    shows as `chitti_up{service} 0`.

    Parameters
    ----------
    registry : CollectorRegistry
        The gateway's own.
    clients : mapping of str to Client
        By service.
    """

    def __init__(self, registry: CollectorRegistry, clients: Mapping[str, Client]) -> None:
        self._registry = registry
        self._clients = dict(clients)

    async def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        texts = await asyncio.gather(*(self._ask(client) for client in self._clients.values()))
        named = dict(zip(self._clients, texts, strict=True))
        named["core-api"] = exposition(self._registry).decode()
        return await asyncio.to_thread(merged, named)

    async def _ask(self, client: Client) -> str | None:
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                reply: MetricsReply = await client.call(METRICS, Empty(), timeout_s=_TIMEOUT_S)
        except (ChittiError, TimeoutError):
            return None
        return reply.text


def merged(texts: Mapping[str, str | None]) -> bytes:
    """One exposition out of each service's; None: it did not answer."""
    families: dict[str, Metric] = {}
    up = families["chitti_up"] = Metric("chitti_up", "Whether the service answered this scrape.", "gauge")
    for service, text in texts.items():
        up.add_sample("chitti_up", {"service": service}, 0.0 if text is None else 1.0)
        for family in text_string_to_metric_families(text or ""):
            kept = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            for sample in family.samples:
                kept.add_sample(sample.name, {**sample.labels, "service": service}, sample.value)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(families.values()))
    return generate_latest(registry)


class _Families(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        return iter(self._families)

    def describe(self) -> list[Metric]:
        return []
