"""The window against the same rules written plainly in Python."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from news_nlp.kernels.stories._similar import Window
from news_nlp.kernels.stories._similar_gist import GistReader
from support.gists import Gist, opened

READER = GistReader({"the"}, [], ["monday tuesday"], ["raise hike / cut trim"], daily=["today"])
WINDOW_S, MOVE_S, DAY_S = 1000.0, 100.0, 200.0
MOSTLY, SIMILAR, SAME_EVENT, SAME_FIGURE = 0.75, 0.6, 0.45, 0.25
BULLISH, BEARISH = 1, 2
OF_A_DAY = 3100.0


class Told(NamedTuple):
    gist: bytes
    moment: float
    seen: float
    direction: int
    event: int
    moved: bool


def told(text: str, *names: str, moment: float = 0.0, seen: float | None = None, direction: int = 0, event: int = 0,
         moved: bool = False) -> Told:  # fmt: skip
    gist = READER.read(text, [(-1, -1, name) for name in names])
    return Told(gist, moment, moment if seen is None else seen, direction, event, moved)


def empty() -> Window:
    return Window(
        window_s=WINDOW_S,
        move_window_s=MOVE_S,
        day_window_s=DAY_S,
        mostly=MOSTLY,
        similar=SIMILAR,
        same_event=SAME_EVENT,
        same_figure=SAME_FIGURE,
    )


def window(*tellings: Told) -> Window:
    """Articles that each tell a story of their own."""
    made = empty()
    for number, telling in enumerate(tellings, 1):
        made.add(number, number, *telling)
    return made


def clusters(made: Window, tellings: Iterable[Told], first: int = 1) -> list[int]:
    """The cluster of each article as they arrive."""
    found = []
    for number, telling in enumerate(tellings, first):
        found.append(made.find(*telling) or number)
        made.add(number, found[-1], *telling)
    return found


def found(first: Told, second: Told) -> bool:
    return window(first).find(*second) == 1


def agree(ours: float, theirs: float, kind: str) -> bool:
    gap = abs(ours - theirs)
    if kind == "percents":
        return gap < 0.051 or (gap <= 0.5 and ours.is_integer() != theirs.is_integer())
    return gap <= 0.01 * max(ours, theirs)


def by_cycle(periods: tuple[float, ...]) -> dict[float, set[float]]:
    return {cycle: {one for one in periods if one // 100 == cycle} for cycle in {one // 100 for one in periods}}


def contradict(one: Told, other: Told) -> bool:
    mine, theirs = opened(one.gist), opened(other.gist)
    cycles, other_cycles = by_cycle(mine.periods), by_cycle(theirs.periods)
    if {one.direction, other.direction} == {BULLISH, BEARISH}:
        return True
    if any(not cycles[cycle] & other_cycles[cycle] for cycle in cycles.keys() & other_cycles.keys()):
        return True
    for kind in Gist._fields[3:-1]:
        ours, others = getattr(mine, kind), getattr(theirs, kind)
        lone = [any(not any(agree(a, b, kind) for b in y) for a in x) for x, y in ((ours, others), (others, ours))]
        shares = any(agree(a, b, kind) for a in ours for b in others)
        if ours and others and (not shares or (kind == "numbers" and all(lone))):
            return True
    return False


def shares(one: Gist, other: Gist, kind: str) -> bool:
    return any(agree(a, b, kind) for a in getattr(one, kind) for b in getattr(other, kind))


def tells(amount: float) -> bool:
    """A crore or more, with a third digit."""
    return amount >= 1e7 and f"{amount:.4e}"[3:6] != "000"


def enough(one: Told, other: Told, mine: Gist, theirs: Gist) -> float:
    """The part of shared words in all that is asked for."""
    large = [number for number in set(mine.numbers) & set(theirs.numbers) if number >= 100]
    figure = len(large) > 1 or any(number % 50 for number in large)
    figure = figure or shares(mine, theirs, "rupees") or shares(mine, theirs, "dollars")
    percent = shares(mine, theirs, "percents")
    if one.moved != other.moved and not (figure or percent):
        return MOSTLY
    if mine.names != theirs.names:
        return SIMILAR
    if not mine.names:
        return SAME_EVENT if figure or percent else SIMILAR
    if one.moved and other.moved and one.direction == other.direction and abs(one.moment - other.moment) <= MOVE_S:
        return 0.0
    if any(tells(amount) for amount in set(mine.rupees + mine.dollars) & set(theirs.rupees + theirs.dollars)):
        return 0.0
    if figure or (percent and (one.event == other.event or not one.event or not other.event)):
        return SAME_FIGURE
    return SAME_EVENT if one.event and one.event == other.event else SIMILAR


def likeness(one: Told, other: Told) -> float | None:
    """Shared words over all words when both tell the same news; None otherwise."""
    mine, theirs = opened(one.gist), opened(other.gist)
    apart = abs(one.moment - other.moment)
    daily = OF_A_DAY in mine.periods and OF_A_DAY in theirs.periods
    if apart > (DAY_S if daily else WINDOW_S) or contradict(one, other):
        return None
    more = [
        bool(set(a.names) - set(b.names) or set(a.proper) - set(b.words)) for a, b in ((mine, theirs), (theirs, mine))
    ]
    if all(more) or not (mine.names == theirs.names or set(mine.names) & set(theirs.names)):
        return None
    shared = len(set(mine.words) & set(theirs.words))
    if not shared:
        return None
    alike = shared / len(set(mine.words) | set(theirs.words))
    return alike if alike >= enough(one, other, mine, theirs) else None


def cluster_of(new: Told, known: list[tuple[int, Told]]) -> int | None:
    """The cluster that an article joins, of articles with their clusters, the first of a cluster being its lead."""
    leads: dict[int, Told] = {}
    members: dict[int, list[Told]] = {}
    for cluster, telling in known:
        leads.setdefault(cluster, telling)
        members.setdefault(cluster, []).append(telling)

    def belongs(cluster: int) -> float | None:
        if new.seen - leads[cluster].seen > WINDOW_S or any(contradict(new, one) for one in members[cluster]):
            return None
        return likeness(new, leads[cluster])

    copies = [cluster for cluster, one in known if one._replace(moment=0, seen=0) == new._replace(moment=0, seen=0)]
    if copies and belongs(copies[-1]) is not None:
        return copies[-1]
    scores = [(score, -cluster) for cluster in leads if (score := belongs(cluster)) is not None]
    return -max(scores)[1] if scores else None


NAMED = ["profit", "rises", "falls", "Acme", "Zenith", "order", "board", "stake", "plant", "Monday", "Tuesday", "today"]
CONTRARIES = ["raises", "hike", "cuts", "trims"]
FIGURES = [
    "Rs 400 crore",
    "Rs 7,250 crore",
    "Rs 75 crore",
    "$27.3 billion",
    "$5",
    "12%",
    "12.4%",
    "90",
    "386",
    "90 386",
]
FIGURES += ["24,400", "700", "9" * 60, "Q2", "Q3"]
MOMENTS = st.sampled_from([0.0, 90.0, 150.0, 900.0, 1900.0])


def tellings(moments: st.SearchStrategy[float] = MOMENTS) -> st.SearchStrategy[Told]:
    return st.builds(
        lambda words, names, moment, direction, event, moved: told(
            " ".join(words), *names, moment=moment, seen=0.0, direction=direction, event=event, moved=moved
        ),
        st.lists(st.sampled_from(NAMED + CONTRARIES + FIGURES), max_size=8),
        st.lists(st.sampled_from(["TCS", "INFY", "SBIN"]), unique=True, max_size=2).map(sorted),
        moments,
        st.sampled_from([0, 0, BULLISH, BEARISH]),
        st.sampled_from([0, 1, 2]),
        st.booleans(),
    )


@given(tellings(), tellings())
def test_two_articles_are_joined_as_the_plain_rules_say_in_either_order(one: Told, other: Told):
    expected = likeness(other, one) is not None
    assert found(one, other) == found(other, one) == expected


@settings(max_examples=300)
@given(st.lists(tellings(), max_size=25), st.lists(st.sampled_from([0.0, 400.0, 1200.0]), min_size=25, max_size=25))
def test_every_article_joins_the_cluster_that_the_plain_rules_choose(drawn: list[Told], seen: list[float]):
    arriving = [one._replace(seen=at) for one, at in zip(drawn, sorted(seen), strict=False)]
    known: list[tuple[int, Told]] = []
    for number, telling in enumerate(arriving, 1):
        known.append((cluster_of(telling, known) or number, telling))
    assert clusters(empty(), arriving) == [cluster for cluster, _telling in known]


@given(st.lists(tellings(), max_size=25))
def test_all_of_a_cluster_retell_its_first_and_none_contradicts_another(arriving: list[Told]):
    joined = clusters(empty(), arriving)
    for telling, cluster in zip(arriving, joined, strict=True):
        assert cluster == joined[cluster - 1]
        if telling is not arriving[cluster - 1]:
            assert likeness(telling, arriving[cluster - 1]) is not None
    for (one, first), (other, second) in itertools.combinations(zip(arriving, joined, strict=True), 2):
        assert first != second or not contradict(one, other)


@given(st.data())
def test_copies_are_joined_in_whatever_order_articles_arrive(data: st.DataObject):
    drawn = data.draw(st.lists(tellings(st.just(0.0)).filter(lambda one: one.gist[0] > 0), min_size=1, max_size=8))
    arriving = data.draw(st.permutations(drawn * 3))
    joined: dict[Told, set[int]] = {}
    for telling, cluster in zip(arriving, clusters(empty(), arriving), strict=True):
        joined.setdefault(telling, set()).add(cluster)
    assert all(len(found) == 1 for found in joined.values())


@given(st.lists(tellings(), max_size=12), tellings())
def test_asking_changes_nothing(known: list[Told], new: Told):
    made = empty()
    clusters(made, known)
    assert made.find(*new) == made.find(*new)
    assert len(made) == len(known)


@given(st.lists(tellings(), max_size=15), st.lists(tellings(), max_size=15))
def test_what_is_forgotten_leaves_no_trace(kept: list[Told], others: list[Told]):
    made = empty()
    first = clusters(made, kept)
    expected = clusters(made, others, len(kept) + 1)
    made.forget_since(len(kept))
    assert len(made) == len(kept)
    assert clusters(made, others, len(kept) + 1) == expected
    made.forget_since(0)
    assert clusters(made, kept) == first


def test_a_late_retelling_of_a_busy_company_is_found():
    first = told("Acme opens an office for traders in Pune", "TCS", seen=0.0)
    busy = [told(f"talk{n} of{n} matter{n} here{n}", "TCS", seen=float(n % 900) / 900) for n in range(5_000)]
    busy.sort(key=lambda one: one.seen)
    assert window(first, *busy).find(*told("Acme opens office for traders in Pune", "TCS", seen=WINDOW_S)) == 1


def test_a_retelling_that_names_more_or_less_is_found_through_any_name():
    few, many = told("board approves merger plan", "INFY"), told("board approves merger plan", "INFY", "SBIN", "TCS")
    assert found(few, many)
    assert found(many, few)


def test_the_same_headline_is_found_without_a_name():
    text = "retail inflation eases as food prices cool"
    assert found(told(text), told(text))


def test_headlines_without_a_name_meet_however_many_words_the_one_adds():
    base = "approves plan split raise money lenders abroad new terms"
    pairs = [(f"{base} alpha{n} beta{n}", f"{base} gamma{n} delta{n}") for n in range(300)]
    assert all(found(told(one), told(other)) for one, other in pairs)


def test_what_was_seen_before_the_window_is_not_looked_at():
    old = told("profit rises", "TCS", moment=500.0, seen=0.0)
    assert window(old).find(*told("profit rises", "TCS", moment=500.0, seen=WINDOW_S)) == 1
    assert window(old).find(*told("profit rises", "TCS", moment=500.0, seen=WINDOW_S + 1)) is None


def test_a_cleared_window_has_forgotten_all():
    made = window(*(told(f"story{n} told{n} here{n}", f"N{n}") for n in range(500)))
    assert made.find(*told("story7 told7 here7", "N7")) == 8
    made.clear()
    assert len(made) == 0
    assert made.find(*told("story7 told7 here7", "N7")) is None


def test_a_cluster_whose_first_article_is_not_in_the_window_takes_no_more():
    made = empty()
    made.add(9, 4, *told("profit rises", "TCS"))
    assert made.find(*told("profit rises", "TCS")) is None


def test_news_of_one_day_are_not_joined_to_those_of_the_next():
    assert found(told("stocks in focus today"), told("stocks in focus today", moment=DAY_S))
    assert not found(told("stocks in focus today"), told("stocks in focus today", moment=DAY_S + 1))
    assert found(told("stocks in focus"), told("stocks in focus today", moment=DAY_S + 1))


@pytest.mark.parametrize("raw", [b"", b"1234567", b"\1" + bytes(7), bytes(9)])
def test_bytes_that_are_no_gist_are_refused(raw: bytes):
    for call in (
        lambda: window().add(1, 1, raw, 0.0, 0.0, 0, 0, False),
        lambda: window().find(raw, 0.0, 0.0, 0, 0, False),
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
