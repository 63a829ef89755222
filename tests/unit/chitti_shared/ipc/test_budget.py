from chitti_shared.ipc._budget import Budget


def test_a_child_takes_from_its_parent_too() -> None:
    daemon = Budget(100)
    first, second = Budget(80, daemon), Budget(80, daemon)
    assert first.take(70)
    assert not first.take(20)  # its own limit
    assert not second.take(40)  # the daemon's
    assert second.used == 0
    assert second.take(30)
    assert daemon.used == 100
    first.give(70)
    assert daemon.used == 30


def test_those_who_wait_are_woken_once_by_what_is_given_back_anywhere() -> None:
    daemon = Budget(100)
    first, second = Budget(100, daemon), Budget(100, daemon)
    first.take(100)
    woken: list[str] = []
    second.when_free(lambda: woken.append("second"))
    first.give(50)
    assert woken == ["second"]
    first.give(50)
    assert woken == ["second"]


def test_a_charge_goes_beyond_the_limit_and_stops_takers() -> None:
    budget = Budget(10)
    budget.charge(15)
    assert budget.used == 15
    assert not budget.take(1)
    budget.give(15)
    assert budget.take(10)
