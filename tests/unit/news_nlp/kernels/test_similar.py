"""The window against the same rules written plainly in Python."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.kernels._similar import Window
from news_nlp.kernels._similar_gist import GistReader
from support.gists import Gist, opened

READER = GistReader({"the"}, [], ["monday tuesday"], ["raise hike / cut trim"])
WINDOW_S, MOVE_S = 1000.0, 100.0
SIMILAR, SAME_EVENT, SAME_FIGURE = 0.6, 0.45, 0.25
BULLISH, BEARISH = 1, 2


class Told(NamedTuple):
    gist: bytes
    key: int
    moment: float
    seen: float
    direction: int
    event: int
    moved: bool


def told(text: str, *names: str, moment: float = 0.0, seen: float | None = None, direction: int = 0, event: int = 0,
         moved: bool = False) -> Told:  # fmt: skip
    gist = READER.read(text, [(-1, -1, name) for name in names])
    key = hash(names) & 0x7FFFFFFF if names else 0
    return Told(gist, key, moment, moment if seen is None else seen, direction, event, moved)


def window(*tellings: Told, capacity: int = 64) -> Window:
    made = Window(
        capacity,
        window_s=WINDOW_S,
        move_window_s=MOVE_S,
        similar=SIMILAR,
        same_event=SAME_EVENT,
        same_figure=SAME_FIGURE,
    )
    for number, telling in enumerate(tellings, 1):
        made.add(number, *telling)
    return made


def found(first: Told, second: Told) -> bool:
    return window(first).find(*second) == 1


def agree(ours: float, theirs: float, kind: str) -> bool:
    gap = abs(ours - theirs)
    if kind == "percents":
        return gap < 0.051 or (gap <= 0.5 and ours.is_integer() != theirs.is_integer())
    return gap <= 0.01 * max(ours, theirs)


def by_cycle(periods: tuple[float, ...]) -> dict[float, set[float]]:
    return {cycle: {one for one in periods if one // 100 == cycle} for cycle in {one // 100 for one in periods}}


def likeness(one: Told, other: Told) -> float | None:
    """Shared words over all words when both tell the same news; None otherwise."""
    mine, theirs = opened(one.gist), opened(other.gist)
    apart = abs(one.moment - other.moment)
    if apart > WINDOW_S or {one.direction, other.direction} == {BULLISH, BEARISH}:
        return None
    money = percent = False
    cycles, other_cycles = by_cycle(mine.periods), by_cycle(theirs.periods)
    if any(not cycles[cycle] & other_cycles[cycle] for cycle in cycles.keys() & other_cycles.keys()):
        return None
    for kind in Gist._fields[3:-1]:
        ours, others = getattr(mine, kind), getattr(theirs, kind)
        shares = any(agree(a, b, kind) for a in ours for b in others)
        if ours and others and not shares:
            return None
        money = money or (shares and kind in ("rupees", "dollars"))
        percent = percent or (shares and kind == "percents")
    more = [
        bool(set(a.names) - set(b.names) or set(a.proper) - set(b.words)) for a, b in ((mine, theirs), (theirs, mine))
    ]
    same_names = mine.names == theirs.names
    if all(more) or not (same_names or set(mine.names) & set(theirs.names)):
        return None
    shared = len(set(mine.words) & set(theirs.words))
    if not shared:
        return None
    alike = shared / len(set(mine.words) | set(theirs.words))
    event = one.event == other.event
    enough = alike >= SIMILAR
    if same_names and mine.names:
        enough = (
            enough
            or (one.moved and other.moved and one.direction == other.direction and apart <= MOVE_S)
            or (event and one.event > 0 and alike >= SAME_EVENT)
            or (money and alike >= SAME_FIGURE)
            or (percent and (event or not one.event or not other.event) and alike >= SAME_FIGURE)
        )
    return alike if enough else None


NAMED = ["profit", "rises", "falls", "Acme", "Zenith", "order", "board", "stake", "plant", "Monday", "Tuesday"]
CONTRARIES = ["raises", "hike", "cuts", "trims"]
FIGURES = ["Rs 400 crore", "Rs 75 crore", "12%", "12.4%", "90", "Q2", "Q3", "$5"]
TELLINGS = st.builds(
    lambda words, names, moment, direction, event, moved: told(
        " ".join(words), *names, moment=moment, seen=0.0, direction=direction, event=event, moved=moved
    ),
    st.lists(st.sampled_from(NAMED + CONTRARIES + FIGURES), max_size=8),
    st.lists(st.sampled_from(["TCS", "INFY"]), unique=True, max_size=2).map(sorted),
    st.sampled_from([0.0, 90.0, 900.0, 1900.0]),
    st.sampled_from([0, BULLISH, BEARISH]),
    st.sampled_from([0, 1, 2]),
    st.booleans(),
)


@given(TELLINGS, TELLINGS)
def test_two_articles_are_joined_only_as_the_plain_rules_say(one: Told, other: Told):
    expected = likeness(other, one) is not None
    if one.key and one.key == other.key:  # always compared
        assert found(one, other) == expected
    elif not expected:
        assert not found(one, other)


@given(st.lists(TELLINGS, max_size=20), TELLINGS)
def test_of_the_articles_of_the_same_names_the_likest_counts_and_the_first_among_equals(known: list[Told], new: Told):
    known = [one._replace(key=7) for one in known]
    scores = [(likeness(new, one), -number) for number, one in enumerate(known, 1)]
    best = max(((score, number) for score, number in scores if score is not None), default=None)
    assert window(*known).find(*new._replace(key=7)) == (None if best is None else -best[1])


def test_the_same_headline_is_found_without_a_name():
    text = "retail inflation eases as food prices cool"
    assert found(told(text), told(text))


def test_headlines_that_share_most_words_meet_though_their_names_differ():
    base = "board approves plan to split shares and raise money from lenders abroad this quarter"
    pairs = [(f"{base} alpha{n} beta{n}", f"{base} gamma{n}") for n in range(300)]
    missed = sum(not found(told(one), told(other)) for one, other in pairs)
    assert missed <= 15  # shared 0.8 or so: bands meet in more than 99 of 100


def test_what_was_seen_before_the_window_is_not_looked_at():
    old = told("profit rises", "TCS", moment=500.0, seen=0.0)
    assert window(old).find(*told("profit rises", "TCS", moment=500.0, seen=WINDOW_S)) == 1
    assert window(old).find(*told("profit rises", "TCS", moment=500.0, seen=WINDOW_S + 1)) is None


def test_a_window_takes_more_than_it_was_made_for_and_forgets_all_when_cleared():
    made = window(*(told(f"story{n} told{n} here{n}", f"N{n}") for n in range(500)), capacity=1)
    assert len(made) == 500
    assert made.find(*told("story7 told7 here7", "N7")) == 8
    made.clear()
    assert len(made) == 0
    assert made.find(*told("story7 told7 here7", "N7")) is None


@pytest.mark.parametrize("raw", [b"", b"1234567", b"\1" + bytes(7), bytes(9)])
def test_bytes_that_are_no_gist_are_refused(raw: bytes):
    for call in (
        lambda: window().add(1, raw, 0, 0.0, 0.0, 0, 0, False),
        lambda: window().find(raw, 0, 0.0, 0.0, 0, 0, False),
    ):
        with pytest.raises(ValueError, match="expected a gist of"):
            call()


@pytest.mark.parametrize(
    ("one", "other", "joins"),
    [
        ("board raises lending rates", "board cuts lending rates", False),
        ("board raises lending rates", "board hikes lending rates", True),
        ("board raises lending rates", "board raises and cuts lending rates", True),
        ("profit falls in Q2", "profit falls in Q3", False),
        ("profit falls in Q2", "profit falls in Monday trade", True),  # a quarter and a day contradict nothing
        ("Q2 profit falls Monday", "Q2 profit falls Tuesday", False),  # though the quarter agrees
    ],
)
def test_what_contradicts_is_told_cycle_by_cycle(one: str, other: str, joins: bool):
    assert found(told(one), told(other)) is joins
    assert found(told(other), told(one)) is joins
