import pytest
from chitti_shared.contracts.action import Action, Empty, Reply, Service
from chitti_shared.contracts.system import HEALTH, SYSTEM
from chitti_shared.ipc import Router


class At(Reply, frozen=True):
    at: str


ONE = Action("one", Empty, At)
EVENTS = Action("events", Empty, At, stream=True)
SERVICE = Service("demo", 0, (ONE, EVENTS, *SYSTEM))


async def handler(_request: Empty, _ctx: None) -> At:
    return At(at="")


async def stream(_request: Empty, _ctx: None, _stream: object) -> None:
    return None


def test_a_router_is_complete_when_every_action_has_its_handler() -> None:
    router: Router[None] = Router(SERVICE)
    router.handles(ONE)(handler)
    with pytest.raises(TypeError, match="no handler for events"):
        router.check_complete()
    router.streams(EVENTS)(stream)
    router.check_complete()


def test_a_router_refuses_what_does_not_fit() -> None:
    router: Router[None] = Router(SERVICE)
    router.handles(ONE)(handler)
    with pytest.raises(TypeError, match="already"):
        router.handles(ONE)(handler)
    with pytest.raises(TypeError, match="already"):
        router.handles(HEALTH)(handler)
    with pytest.raises(TypeError, match="not an action"):
        router.handles(Action("one", Empty, At))(handler)
    with pytest.raises(TypeError, match="streams"):
        router.handles(EVENTS)(handler)
    with pytest.raises(TypeError, match="not an action"):
        router.streams(Action("two", Empty, At, stream=True))(stream)
