"""Sweeps on a Dask cluster: processes of their own on loopback, each watched by a nanny that starts it again."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chitti_shared.errors import ComputationError, ServiceUnavailable
from distributed import LocalCluster
from distributed.security import Security
from mojo_compute.backtesting import clusters
from mojo_compute.backtesting.clusters import Certificates, Dask
from mojo_compute.backtesting.executors import Threads, each_part
from mojo_compute.backtesting.sweeps.grids import Axis, Grid
from mojo_compute.backtesting.sweeps.parts import Part, pieces_of
from support.sweeps import Bowl

pytestmark = pytest.mark.integration

GRID = Grid((Axis.of("x", range(40)), Axis.of("y", range(50))), ordered=(("x", "y"),))
LOOPBACK = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
TRIAL_S = 0.001  # said, not taken: 200 pieces, ten chunks


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        local_directory=str(tmp_path_factory.mktemp("dask")),
        **LOOPBACK,
    ) as made:
        yield made


def run(executor: Dask | Threads, job: Bowl) -> list[Part]:
    with executor.open(job) as run_pieces:
        return list(each_part(run_pieces, pieces_of(GRID.size, 1, job.trial_s)))


def check_same(found: list[Part], expected: list[Part]) -> None:
    for one, other in zip(found, expected, strict=True):
        assert one.numbers.tolist() == other.numbers.tolist()
        assert one.values.tobytes() == other.values.tobytes()
        assert one.invalid == other.invalid


def test_a_cluster_gives_what_threads_give_bit_for_bit(cluster: LocalCluster) -> None:
    job = Bowl(GRID, TRIAL_S)
    check_same(run(Dask(cluster.scheduler_address), job), run(Threads(2), job))


def test_a_worker_that_is_killed_half_way_costs_nothing_but_time(cluster: LocalCluster, tmp_path: Path) -> None:
    mark = tmp_path / "killed"
    found = run(Dask(cluster.scheduler_address), Bowl(GRID, TRIAL_S, dies_at=1044, mark=mark))
    assert mark.exists()
    check_same(found, run(Threads(1), Bowl(GRID, TRIAL_S)))


def test_a_single_worker_that_is_killed_takes_the_job_with_it_and_gets_it_again(tmp_path: Path) -> None:
    mark = tmp_path / "killed"
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        local_directory=str(tmp_path),
    ) as cluster:
        found = run(Dask(cluster.scheduler_address), Bowl(GRID, TRIAL_S, dies_at=1044, mark=mark))
    assert mark.exists()
    check_same(found, run(Threads(1), Bowl(GRID, TRIAL_S)))


def test_an_error_of_a_piece_comes_back_as_it_was_raised(cluster: LocalCluster) -> None:
    vast = Grid((Axis.of("w", [1, 2]),))
    with (
        pytest.raises(TypeError, match="unexpected keyword argument 'w'"),
        Dask(cluster.scheduler_address).open(Bowl(vast)) as run_pieces,
    ):
        list(run_pieces(pieces_of(2, 1, 0.1)))


def test_a_cluster_of_another_build_is_refused(cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "expected_build", lambda: "0.0.0+other")
    with pytest.raises(ComputationError, match=r"has build .*, this service 0\.0\.0\+other") as caught:
        run(Dask(cluster.scheduler_address), Bowl(GRID, TRIAL_S))
    assert caught.value.details["expected"] == "0.0.0+other"


def test_a_worker_that_joined_with_another_build_refuses_its_chunk(cluster: LocalCluster) -> None:
    from distributed import Client

    with Client(cluster, set_as_default=False) as client:
        future = client.submit(clusters.run_chunk, Bowl(GRID), [], "0.0.0+other")
        with pytest.raises(ComputationError, match="install the same"):
            future.result()


def test_an_address_where_nothing_listens_is_told(unused_tcp_port: int) -> None:
    with pytest.raises(ServiceUnavailable, match="does not answer") as caught:
        run(Dask(f"tcp://127.0.0.1:{unused_tcp_port}"), Bowl(GRID, TRIAL_S))
    assert caught.value.details["service"] == "dask"


def test_a_scheduler_without_workers_is_told(tmp_path: Path) -> None:
    with (
        LocalCluster(
            n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0", local_directory=str(tmp_path)
        ) as empty,
        pytest.raises(ServiceUnavailable, match="no workers"),
    ):
        run(Dask(empty.scheduler_address), Bowl(GRID, TRIAL_S))


def certificates(folder: Path) -> Certificates:
    """A CA of its own, and one certificate that all sides use."""
    folder.mkdir()

    def openssl(*args: str) -> None:
        subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True)

    def request(name: str) -> list[str]:
        return ["-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key"]

    openssl("req", "-x509", "-days", "2", *request("ca"), "-out", "ca.pem")
    openssl("req", *request("side"), "-out", "side.csr")
    openssl("x509", "-req", "-in", "side.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-out", "side.pem")  # fmt: skip
    return Certificates(folder / "ca.pem", folder / "side.pem", folder / "side.key")


def test_a_cluster_behind_tls_is_used_and_one_without_our_certificates_is_not(tmp_path: Path) -> None:
    ours, theirs = certificates(tmp_path / "ours"), certificates(tmp_path / "theirs")
    sides = {f"tls_{side}_{what}": str(getattr(ours, field)) for side in ("scheduler", "worker", "client")
             for what, field in (("cert", "certificate"), ("key", "key"))}  # fmt: skip
    security: Any = Security
    guarded = security(tls_ca_file=str(ours.ca), require_encryption=True, **sides)
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        local_directory=str(tmp_path),
        security=guarded,
        protocol="tls://",
        **LOOPBACK,
    ) as cluster:
        assert cluster.scheduler_address.startswith("tls://")
        job = Bowl(GRID, TRIAL_S)
        check_same(run(Dask(cluster.scheduler_address, ours), job), run(Threads(1), job))
        with pytest.raises(ServiceUnavailable, match="does not answer"):
            run(Dask(cluster.scheduler_address, theirs), job)
