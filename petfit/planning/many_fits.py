"""Fits of many tables, in the processes of this machine or on a Dask cluster."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from petfit.checks.verdict import verdict
from petfit.errors import PetfitError, short_repr
from petfit.evidence import Evidence, TableFormat
from petfit.evidence.drug_table import read_drug_table
from petfit.evidence.read import read_in_format
from petfit.evidence.table_format import completed
from petfit.fit import Fit, fit
from petfit.inference import workers as engine
from petfit.inference.kept_results import digest, run_missing
from petfit.model.specification import ModelSpec, read_model
from petfit.results import summary
from petfit.results.quantiles import check_prob
from petfit.settings import Settings, with_settings

__all__ = ["fit_many"]

type Table = str | Path | pd.DataFrame | Evidence
type Record = dict[str, Any]

ANSWERS = ("ec50", "emax", "dose")


@dataclass(frozen=True)
class _Task:
    """One table to fit; its digest names table, model, settings and version."""

    name: str
    table: pd.DataFrame | Evidence
    spec: ModelSpec | None
    drug_table: pd.DataFrame
    table_format: TableFormat | None
    settings: Settings
    occupancy: float
    digest: str


def fit_many(
    tables: Mapping[str, Table] | Iterable[Table],
    model: str | Path | ModelSpec | None = None,
    *,
    occupancy: float = 0.8,
    drug_table: str | Path | pd.DataFrame | None = None,
    table_format: TableFormat | None = None,
    columns: Mapping[str, str] | None = None,
    wide: str | None = None,
    ignore: Collection[str] | None = None,
    decimal: str | None = None,
    sheet: str | None = None,
    header: int | str | None = None,
    constants: Mapping[str, str] | None = None,
    outcome: str | None = None,
    fill: Collection[str] | None = None,
    settings: Settings | None = None,
    folder: str | Path | None = None,
    workers: int | None = None,
    scheduler: Any = None,
    progress: bool = False,
) -> pd.DataFrame:
    """Fit a model to many tables.

    Parameters
    ----------
    tables : mapping of str to table, or iterable of tables
        Files, DataFrames or evidence, as `petfit.fit` takes them. Without names, files have their own name
        and other tables their number, from 1.
    model : str, path or ModelSpec, optional
        The model; for each table the one that `petfit.fit` chooses, if not given.
    occupancy : float
        The target occupancy whose dose is given, a fraction.
    drug_table : str, path or DataFrame, optional
        Reference doses by drug; the bundled table if not given.
    table_format, columns, wide, ignore, decimal, sheet, header, constants, outcome, fill : optional
        How to read every table; see `petfit.fit`.
    settings : Settings, optional
        Settings of the sampler. The seed of each fit is derived from that of the settings and the content of
        the table, so that it depends neither on the order of the tables nor on the workers.
    folder : str or path, optional
        Where the results of finished fits are kept, a small file for each. Run again after an interruption,
        and only the fits that are missing are made. A result is found by the content of table, model and
        settings; failures are not kept.
    workers : int, optional
        Processes of this machine, each with one thread; as many as there are processors if not given. With
        more than 1, a script needs ``if __name__ == "__main__":``, as always with processes.
    scheduler : str or distributed.Client, optional
        The address of a Dask scheduler, or its client, instead of processes of this machine. It needs
        ``pip install petfit[cluster]``, and petfit on every worker.
    progress : bool
        Whether to show a progress bar with the time left on stderr.

    Returns
    -------
    pandas.DataFrame
        One row for each table and drug, in the order of the tables: ``table``; ``verdict``, which is usable,
        use with care, do not use (from `Fit.check`), or not fitted, in a row of its own; ``problem``, what
        the checks found, or why there is no fit; ``drug``, ``unit``; ``ec50``, ``emax`` (a fraction) and
        ``dose`` (for the occupancy) of a typical person, their posterior medians, each with ``_low`` and
        ``_high``, the ends of the equal-tailed 95 % interval, and infinite where not reached; ``r_hat``, the
        largest of the three; ``divergent``, the number of divergent draws; ``seed``, with which `petfit.fit`
        gives the same draws.

    Raises
    ------
    PetfitError
        If model, settings or drug table are not valid, a name is given twice, or no worker can be started.

    Examples
    --------
    >>> import pandas, petfit
    >>> good = pandas.DataFrame({"drug": "A", "dose": [5, 10, 40], "value": [0.38, 0.55, 0.77]})
    >>> settings = petfit.Settings(draws=100, tune=200, chains=2)
    >>> tables = {"good": good, "bad": good[["drug"]]}
    >>> rows = petfit.fit_many(tables, "one_site", settings=settings, workers=1)
    >>> rows[["table", "verdict"]].to_numpy().tolist()
    [['good', 'do not use'], ['bad', 'not fitted']]
    """
    settings = with_settings(settings)
    spec = None if model is None else read_model(model)
    table_format = completed(
        table_format,
        columns=columns,
        wide=wide,
        ignore=ignore,
        decimal=decimal,
        sheet=sheet,
        header=header,
        constants=constants,
        outcome=outcome,
        fill=fill,
    )
    common = (spec, read_drug_table(drug_table), table_format, settings, check_prob(occupancy, "occupancy"))
    named = _named(tables)
    records: dict[int, list[Record]] = {}
    tasks: list[tuple[int, _Task]] = []
    for i, (name, table) in enumerate(named):
        try:
            tasks.append((i, _task(name, table, *common)))
        except PetfitError as error:
            records[i] = [_problem(name, str(error))]
    results = run_missing(
        _fit_one,
        [task for _, task in tasks],
        [task.digest for _, task in tasks],
        folder,
        _COLUMNS[1:],
        workers=workers,
        scheduler=scheduler,
        title="Fits" if progress else "",
    )
    for position, (i, task) in enumerate(tasks):
        result = results[position]
        if isinstance(result, engine.Failure):
            result = [_problem(task.name, result.reason)]
        records[i] = result
    rows = [{"table": name, **row} for i, (name, _) in enumerate(named) for row in records[i]]
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = [
    "table",
    "verdict",
    "problem",
    "drug",
    "unit",
    *(f"{name}{end}" for name in ANSWERS for end in ("", "_low", "_high")),
    "r_hat",
    "divergent",
    "seed",
]


def _named(tables: Mapping[str, Table] | Iterable[Table]) -> list[tuple[str, Table]]:
    if isinstance(tables, str | Path | pd.DataFrame | Evidence):
        raise PetfitError(
            "tables: give a list of tables, or a dict of them by name. For one, use petfit.fit."
        )
    if isinstance(tables, Mapping):
        return [(str(name), table) for name, table in tables.items()]
    named = [(str(t) if isinstance(t, str | Path) else f"{i}", t) for i, t in enumerate(tables, 1)]
    names = [name for name, _ in named]
    if repeated := next((name for name in names if names.count(name) > 1), None):
        raise PetfitError(f"tables: {repeated} is given twice. Give each table once, or name them in a dict.")
    return named


def _task(
    name: str,
    table: Table,
    spec: ModelSpec | None,
    drugs: pd.DataFrame,
    table_format: TableFormat | None,
    settings: Settings,
    occupancy: float,
) -> _Task:
    """Return the task of a table: files are read here, because other machines may not have them."""
    if isinstance(table, str | Path):
        extra = () if spec is None else spec.columns
        table = read_in_format(table, table_format or TableFormat(), extra=extra, drug_table=drugs)
        table_format = None
    elif not isinstance(table, pd.DataFrame | Evidence):
        raise PetfitError(f"a table is a path, a DataFrame or Evidence, not {short_repr(table)}.")
    content = table.hash if isinstance(table, Evidence) else table.to_csv(index=False)
    content += "" if table_format is None else repr(table_format)
    model = "default" if spec is None else spec.to_toml()
    fitted = digest(content, model, drugs.to_csv())
    seed = np.random.SeedSequence([settings.seed, int(fitted[:16], 16)]).generate_state(1)[0]
    numbers = {key: value for key, value in asdict(settings).items() if key != "cores"}
    whole = digest(fitted, json.dumps(numbers), f"{occupancy}", version("petfit"))
    settings = replace(settings, cores=1, seed=int(seed))
    return _Task(name, table, spec, drugs, table_format, settings, occupancy, whole)


def _problem(name: str, reason: str) -> Record:
    return {"table": name, "verdict": "not fitted", "problem": reason, "drug": "", "unit": ""}


def _fit_one(task: _Task) -> list[Record]:
    """Fit one table, in a worker, and summarise it by drug."""
    fitted = fit(
        task.table,
        task.spec,
        drug_table=task.drug_table.reset_index(),
        table_format=task.table_format,
        settings=task.settings,
    )
    return _records(fitted, task)


def _records(fitted: Fit, task: _Task) -> list[Record]:
    dose = fitted.dose_for_occupancy(task.occupancy).isel(occupancy=0, drop=True)
    answers = {"ec50": fitted.ec50(), "emax": fitted.emax(), "dose": dose}
    frames: dict[str, Any] = {
        name: summary.frame(answer).set_index("drug") for name, answer in answers.items()
    }
    divergent = int(fitted.group("sample_stats")["diverging"].sum())
    judgement = verdict(fitted.check())
    problems = " ".join(f"{check.title}: {check.sentence}" for check in judgement.problems)
    records = []
    for drug in fitted.design.drugs:
        record: Record = {"verdict": judgement.word, "problem": problems}
        record |= {"drug": drug, "unit": str(frames["ec50"].loc[drug, "unit"])}
        for name, frame in frames.items():
            for column, end in (("median", ""), ("low", "_low"), ("high", "_high")):
                record[f"{name}{end}"] = float(frame.loc[drug, column])
        worst = max(float(frame.loc[drug, "r_hat"]) for frame in frames.values())
        records.append({**record, "r_hat": worst, "divergent": divergent, "seed": task.settings.seed})
    return records
