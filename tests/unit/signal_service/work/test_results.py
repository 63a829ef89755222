from __future__ import annotations

from signal_service.work.results import Results

ENTRY = 1024  # what an entry counts beside its answer


def test_an_answer_is_kept_for_the_same_question_and_version():
    results = Results()
    results.put("q", 1, b"answer")
    assert results.get("q", 1) == b"answer"
    assert results.get("other", 1) is None


def test_a_change_makes_every_answer_stale():
    results = Results()
    results.put("q", 1, b"answer")
    assert results.get("q", 2) is None
    results.put("r", 2, b"new")
    assert results.get("q", 2) is None
    assert results.get("r", 2) == b"new"


def test_the_least_recently_used_leave_first():
    results = Results(max_bytes=2 * ENTRY + 10)
    results.put("a", 1, b"1234")
    results.put("b", 1, b"1234")
    assert results.get("a", 1)
    results.put("c", 1, b"1234")
    assert results.get("b", 1) is None
    assert results.get("a", 1) == b"1234"


def test_an_answer_put_again_counts_once():
    results = Results(max_bytes=2 * ENTRY + 10)
    for _ in range(5):
        results.put("a", 1, b"12345")
    results.put("b", 1, b"12345")
    assert results.get("a", 1) == b"12345"


def test_an_answer_larger_than_the_cache_is_not_kept():
    results = Results(max_bytes=ENTRY + 3)
    results.put("a", 1, b"1234")
    assert results.get("a", 1) is None


def test_empty_answers_are_bounded_too():
    results = Results(max_bytes=100 * ENTRY)
    for question in range(1000):
        results.put(question, 1, b"")
    assert sum(results.get(question, 1) is not None for question in range(1000)) == 100
