"""The daemons by name."""

from __future__ import annotations

from chitti_shared.contracts.action import Service
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.contracts.news import NEWS_NLP
from chitti_shared.contracts.signals import SIGNAL_SERVICE

SERVICES: dict[str, Service] = {service.name: service for service in (NEWS_NLP, SIGNAL_SERVICE, MOJO_COMPUTE)}
