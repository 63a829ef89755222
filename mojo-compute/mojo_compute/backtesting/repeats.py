"""Runs made again from their manifests."""

from __future__ import annotations

import msgspec
from chitti_shared.contracts.strategies import CostLine
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting.backtests import Outcome, backtest
from mojo_compute.backtesting.corporate import Actions
from mojo_compute.backtesting.expressions import compile_strategy
from mojo_compute.backtesting.inputs import Given, data_of
from mojo_compute.backtesting.manifest import Manifest, differences
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.strategies import Decides, execution_of, make


def repeat(
    manifest: Manifest,
    data: Given,
    actions: Actions | None = None,
    strategy: Decides | Signals | None = None,
) -> Outcome:
    """Make a run again from its manifest and the same data.

    Parameters
    ----------
    manifest : dict
    data : Data, Bars or mapping
    actions : Actions, optional
    strategy : Strategy or Signals, optional
        A class or arrays of one's own, which the manifest only knows by name and by what was decided. None: the one
        with that name, or the one that came as data.

    Raises
    ------
    InvalidInput
        The data, the splits and dividends, or what the strategy decides are others.
    NotFound
        No strategy has that name.
    EngineUnavailable
        The engine isn't there.
    """
    execution = execution_of(manifest["execution"])
    whole = data_of(data, execution)
    changed = differences(manifest, whole, engine=manifest["engine"], actions=actions)
    for name in ("data_hash", "actions_hash"):
        if name in changed:
            raise InvalidInput(
                f"the run was made of other data: its {name} is {manifest[name]}",
                field=name,
                constraint="the data that the run was made of",
            )
    costs = manifest["costs"]
    outcome = backtest(
        whole,
        _strategy_of(manifest) if strategy is None else strategy,
        execution,
        costs if isinstance(costs, str) else msgspec.convert(costs, tuple[CostLine, ...]),
        verify_causality=manifest["verify_causality"],
        actions=actions,
        engine=manifest["engine"],
        seed=manifest["seed"],
    )
    if outcome.manifest["signals_hash"] != manifest["signals_hash"]:
        raise InvalidInput(
            f"{outcome.name} decides otherwise than in the run", field="signals_hash", constraint="the same decisions"
        )
    return outcome


def _strategy_of(manifest: Manifest) -> Decides:
    definition, parameters = manifest["definition"], manifest["parameters"]
    return make(manifest["strategy"], parameters) if definition is None else compile_strategy(definition, parameters)
