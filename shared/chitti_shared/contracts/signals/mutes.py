"""Silence for a symbol, a rule, or a rule on a symbol."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chitti_shared.contracts.action import Action, Empty, Reply, Request, Route, Symbol
from chitti_shared.contracts.signals.alerts import RuleName

MuteId = Annotated[int, Meta(ge=1, le=2**53)]


class Mute(msgspec.Struct, frozen=True, kw_only=True):
    """What is silent: a symbol, a rule, or (both given) the rule on the symbol; `until` null: for good."""

    mute_id: MuteId
    symbol: str | None
    rule: str | None
    until: datetime | None
    reason: str | None
    created_at: datetime


class MuteRequest(Request, frozen=True, kw_only=True):
    """No alert of these is raised until then; what is muted already gets the new time and reason."""

    symbol: Symbol | None = None
    rule: RuleName | None = None
    until: datetime | None = None
    reason: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class MuteReply(Reply, frozen=True, kw_only=True):
    mute: Mute


class UnmuteRequest(Request, frozen=True, kw_only=True):
    mute_id: MuteId


class UnmuteReply(Reply, frozen=True, kw_only=True):
    """`removed` is false when there was no such mute."""

    mute_id: int
    removed: bool


class ListMutesReply(Reply, frozen=True, kw_only=True):
    """Those in force, oldest first."""

    mutes: list[Mute]
    count: int


MUTE = Action(
    "mute",
    MuteRequest,
    MuteReply,
    route=Route("POST", "/api/mutes"),
    doc="Raise no alerts of a symbol, a rule, or a rule on a symbol.",
)
UNMUTE = Action("unmute", UnmuteRequest, UnmuteReply, route=Route("DELETE", "/api/mutes/{mute_id}"), doc="End a mute.")
LIST_MUTES = Action(
    "list_mutes", Empty, ListMutesReply, route=Route("GET", "/api/mutes"), doc="What is muted at present."
)
MUTE_ACTIONS = (MUTE, UNMUTE, LIST_MUTES)
