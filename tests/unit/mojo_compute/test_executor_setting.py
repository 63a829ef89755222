from pathlib import Path

import pytest
from chitti_shared.ipc import StartupError
from chitti_shared.settings import Settings
from mojo_compute import __main__ as service
from mojo_compute.backtesting.clusters import Dask
from mojo_compute.backtesting.executors import Threads
from pydantic import ValidationError


def executor(**settings):
    return service._executor(Settings(_env_file=None, **settings))


def test_threads_run_sweeps_where_no_cluster_is_set():
    assert isinstance(executor(), Threads)


def test_a_cluster_runs_them_where_one_is_set():
    made = executor(chitti_dask_scheduler="tcp://127.0.0.1:8786")
    assert isinstance(made, Dask)
    assert made.address == "tcp://127.0.0.1:8786"


def test_tls_needs_its_certificates():
    with pytest.raises(StartupError, match="CHITTI_TLS_CA"):
        executor(chitti_dask_scheduler="tls://10.0.0.5:8786")
    files = {"chitti_tls_ca": Path("ca"), "chitti_tls_cert": Path("cert"), "chitti_tls_key": Path("key")}
    assert executor(chitti_dask_scheduler="tls://10.0.0.5:8786", **files).name == "dask"


def test_a_missing_package_is_told_at_the_start(monkeypatch):
    monkeypatch.setattr(service, "find_spec", lambda _name: None)
    with pytest.raises(StartupError, match="isn't installed"):
        executor(chitti_dask_scheduler="tcp://127.0.0.1:8786")


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "http://x:1", "tcp://x", "tcp://x:1\n"])
def test_what_is_no_address_of_a_scheduler_is_refused(address):
    with pytest.raises(ValidationError, match="chitti_dask_scheduler"):
        Settings(_env_file=None, chitti_dask_scheduler=address)
