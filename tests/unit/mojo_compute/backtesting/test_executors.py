from contextlib import closing

import numpy as np
import pytest
from chitti_shared.errors import Cancelled, InvalidInput
from mojo_compute.backtesting.clusters import CHUNK_S, chunks_of
from mojo_compute.backtesting.executors import Threads, each_part
from mojo_compute.backtesting.sweeps.grids import Axis, Grid
from mojo_compute.backtesting.sweeps.parts import pieces_of
from support.sweeps import Bowl

GRID = Grid((Axis.of("x", range(20)), Axis.of("y", range(30))), ordered=(("x", "y"),))


def run(executor, job, series=3):
    with executor.open(job) as run_pieces:
        return list(each_part(run_pieces, pieces_of(GRID.size, series, job.trial_s)))


def same(some, others):
    return all(
        a.series == b.series
        and a.invalid == b.invalid
        and (a.numbers == b.numbers).all()
        and (a.values == b.values).all()
        for a, b in zip(some, others, strict=True)
    )


@pytest.mark.parametrize("count", [2, 5])
def test_threads_give_the_parts_of_one_in_the_order_of_the_pieces(count):
    alone, shared = run(Threads(1), Bowl(GRID)), run(Threads(count), Bowl(GRID))
    assert len(alone) == 18
    assert same(alone, shared)


def test_what_a_piece_raises_comes_out():
    class Failing(Bowl):
        def figure(self, series, x, y):
            if (series, x, y) == (1, 3, 7):
                raise InvalidInput("it fails", field="x")
            return 0.0

    for count in (1, 3):
        with pytest.raises(InvalidInput, match="it fails"):
            run(Threads(count), Failing(GRID))


def test_work_that_is_given_up_is_not_done():
    done = []

    class Counting(Bowl):
        def run(self, piece):
            done.append(piece.first)
            return super().run(piece)

    def give_up():
        if len(done) >= 4:
            raise Cancelled("cancelled")

    job = Counting(GRID, trial_s=1.0)  # a trial is a piece: 600 of them
    with pytest.raises(Cancelled), Threads(2).open(job) as run_pieces:
        list(each_part(run_pieces, pieces_of(GRID.size, 1, 1.0), give_up))
    assert len(done) < 20


def test_parts_that_nobody_waits_for_any_more_are_dropped():
    job = Bowl(GRID, trial_s=1.0)
    with Threads(2).open(job) as run_pieces, closing(run_pieces(pieces_of(GRID.size, 1, 1.0))) as parts:
        assert next(parts).numbers.tolist() == []  # 0 is not less than 0
        assert next(parts).numbers.tolist() == [1]


def test_chunks_hold_enough_work_for_the_way_to_a_worker():
    job = Bowl(GRID, trial_s=0.003)
    pieces = list(pieces_of(GRID.size, 1, job.trial_s))
    chunks = list(chunks_of(job, pieces))
    assert [piece for chunk in chunks for piece in chunk] == pieces
    assert all(sum(map(job.seconds, chunk)) >= CHUNK_S for chunk in chunks[:-1])
    assert all(sum(map(job.seconds, chunk[:-1])) < CHUNK_S for chunk in chunks)


def test_pieces_depend_on_the_sizes_alone_and_cover_every_trial_once():
    numbers = np.concatenate([piece.combinations for piece in pieces_of(12_345, 1, 7.5e-6)])
    assert numbers.tolist() == list(range(12_345))
    assert [len(piece) for piece in pieces_of(3, 2, 10.0)] == [1] * 6
