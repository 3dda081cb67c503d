"""Tables of text for people, the same on the terminal and in the report."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xarray as xr

from petfit.errors import Problem
from petfit.evidence import Evidence
from petfit.evidence.ranges import meanings
from petfit.model.reference_doses import Reference
from petfit.results import formatting, summary
from petfit.results.contrasts import each_pair_once

__all__ = [
    "Table",
    "attainment",
    "behind",
    "by_model",
    "cell",
    "differences",
    "doses",
    "equivalents",
    "evidence",
    "exposure_of",
    "exposures",
    "labelled",
    "learned",
    "listing",
    "models",
    "occupancies",
    "parameters",
    "priors",
    "problems",
    "records",
    "references",
    "shares",
    "smallest",
    "support",
]


@dataclass(frozen=True)
class Table:
    """A table of text with a caption that stands alone."""

    columns: list[str]
    rows: list[list[str]]
    caption: str = ""


def doses(table: xr.Dataset) -> Table:
    """Lay out what `petfit.results.summary.doses` found."""
    rows = [
        [
            row.drug,
            f"{100 * row.occupancy:g} %",
            *_exposure_cells(row),
        ]
        for row in summary.rows(table)
    ]
    against, shared = _support_words(table)
    columns = ["drug", "occupancy", exposure_of(table), _interval(table), "unit", "P(reached)", *against]
    return Table(columns, rows, f"{formatting.caption(table)} {shared}")


def _exposure_cells(row: Any) -> list[str]:
    return [
        formatting.figure(row.median),
        formatting.span("dose", row.low, row.high),
        row.unit,
        formatting.probability(row.p_reached),
        support(row),
        shares(row),
    ]


def _support_words(table: xr.Dataset) -> tuple[list[str], str]:
    tested = f"the {exposure_of(table)}s tested"
    shared = f"Draws, %: below, within and above {tested}, and not reached."
    return [f"against {tested}", "draws, %"], shared


def exposure_of(table: xr.Dataset) -> str:
    """Return what the x axis of an answer is called: dose, concentration or free concentration."""
    return str(table.attrs.get("exposure", "dose"))


def support(row: Any) -> str:
    """Say in words where a dose lies among those tested."""
    low, high = formatting.figure(row.tested_low), formatting.figure(row.tested_high)
    tested = f"the only one, {low}" if low == high else f"{low} to {high}"
    words = {
        "inside": f"within {tested}",
        "below": f"below {tested}",
        "above": f"above {tested}: extrapolated",
        "not reached": "the ceiling lies lower in most draws",
        "not tested": "none was tested",
        "differs by model": "the models count other doses",
    }
    return words[row.support]


def shares(row: Any) -> str:
    """Say how many draws of a dose lie below, within and above those tested, and are not reached."""
    parts = (row.p_below, row.p_inside, row.p_above, row.p_not_reached)
    return "/".join("-" if math.isnan(one) else f"{100 * one:.0f}" for one in parts)


def parameters(found: dict[str, xr.Dataset], exposure: str) -> Table:
    """Lay out what `petfit.results.summary.parameters` found."""
    names = {"ec50": "EC50 (ED50)" if exposure == "dose" else "EC50", "emax": "Emax", "hill": "Hill"}
    rows = [
        [
            names[name],
            row.drug,
            formatting.quantity(name, row.median),
            formatting.span(name, row.low, row.high),
            formatting.quantity(name, row.mean),
            formatting.quantity(name, row.sd),
            row.unit if name == "ec50" else "",
        ]
        for name, table in ((key.removesuffix("_other_unit"), table) for key, table in found.items())
        for row in summary.rows(table)
    ]
    columns = ["parameter", "drug", "median", _interval(found["ec50"]), "mean", "SD", "unit"]
    return Table(columns, rows, formatting.caption(found["ec50"]))


def occupancies(table: xr.Dataset) -> Table:
    """Lay out occupancies at doses."""
    rows = [
        [
            row.drug,
            f"{row.dose:g}",
            row.unit,
            formatting.percent(row.median),
            formatting.span("emax", row.low, row.high),
        ]
        for row in summary.rows(table)
    ]
    columns = ["drug", exposure_of(table), "unit", "occupancy", _interval(table)]
    return Table(columns, rows, formatting.caption(table))


def models(found: pd.DataFrame) -> Table:
    """Lay out the models of a `petfit.results.comparison.Comparison`, best first."""
    rows = []
    for name, row in found.iterrows():
        difference = f"{row['difference']:.1f} ({row['difference_se']:.1f})"
        large = f"{row['largest_k']:.2f} ({row['k_too_large']})" if row["largest_k"] > 0 else "-"
        elpd = f"{row['elpd']:.1f} ({row['se']:.1f})"
        rows.append([str(name), elpd, difference, formatting.percent(row["weight"]), large])
    columns = ["model", "elpd (SE)", "difference (SE)", "weight", "largest Pareto k (above 0.7)"]
    what = f"{found['parts'].iloc[0]} {found['left_out'].iloc[0]} left out one by one"
    caption = (
        f"Expected log predictive density, {what}; a difference of less than 4, or of less than twice its "
        "SE, decides nothing. Weight: of the model in the mixture that predicts best (stacking)."
    )
    return Table(columns, rows, caption)


def by_model(table: xr.Dataset) -> Table:
    """Lay out the answers of a `petfit.results.comparison.Comparison`, drug by drug."""
    order = [(drug, target) for drug in table["drug"].to_numpy() for target in table["occupancy"].to_numpy()]
    laid = [doses(table.sel(drug=[drug], occupancy=[target])) for drug, target in order]
    names = [str(name) for name in table["model"].to_numpy()]
    rows = [[row[0], name, *row[1:]] for one in laid for name, row in zip(names, one.rows, strict=True)]
    return Table(["drug", "model", *laid[0].columns[1:]], rows, laid[0].caption)


def attainment(table: xr.Dataset, *, all_doses: bool = True) -> Table:
    """Lay out what `petfit.results.target_attainment.attainment` found, at every dose or at marketed strengths alone."""
    people = "share" in table
    rows = []
    for row in sorted(summary.rows(table), key=lambda row: (row.drug, row.dose)):
        if all_doses or row.marketed:
            target, probability = f"{100 * row.occupancy:g} %", formatting.probability(row.probability)
            cells = [row.drug, f"{row.dose:g}", row.unit, target, probability]
            if people:
                cells += [
                    formatting.percent(row.share),
                    formatting.span("emax", row.share_low, row.share_high),
                ]
            rows.append(cells)
    columns = ["drug", exposure_of(table), "unit", "occupancy", "P(reached)"]
    columns += ["people who reach it", _interval(table)] if people else []
    return Table(columns, rows, f"{formatting.whose(table)} {_ATTAINED[people]}")


_ATTAINED = {
    True: "P(reached): that the occupancy is at least this. People: the share whose own occupancy is.",
    False: "P(reached): that the occupancy is at least this.",
}


def smallest(table: xr.Dataset) -> Table:
    """Lay out what `petfit.results.target_attainment.smallest_strength` found."""
    cells = {(row.drug, row.occupancy, row.certainty): row for row in summary.rows(table)}
    wanted = table["certainty"].to_numpy()
    rows = [
        [
            str(drug),
            f"{100 * target:g} %",
            *(_strength(cells[drug, target, one]) for one in wanted),
        ]
        for drug in table["drug"].to_numpy()
        for target in table["occupancy"].to_numpy()
    ]
    columns = ["drug", "occupancy", *(f"P at least {100 * one:g} %" for one in wanted)]
    caption = (
        f"{formatting.whose(table)} The smallest marketed strength, taken once a day, that reaches the occupancy "
        "with at least this probability; several units a day reach more."
    )
    return Table(columns, rows, caption)


def _strength(row: Any) -> str:
    return row.why_none or f"{row.strength:g} {row.unit}"


def equivalents(table: xr.Dataset) -> Table:
    """Lay out what `petfit.results.contrasts.equivalents` found."""
    given = f"{table.attrs['given_drug']}, {table.attrs['given_unit']}"
    rows = [
        [
            f"{row.given_dose:g}",
            row.drug,
            *_exposure_cells(row),
        ]
        for row in summary.rows(table)
    ]
    against, shared = _support_words(table)
    exposure = exposure_of(table)
    columns = [given, "drug", f"equivalent {exposure}", _interval(table), "unit", "P(reached)", *against]
    caption = (
        f"{formatting.caption(table)} {exposure.capitalize()}s that occupy as much as the given one. {shared}"
    )
    return Table(columns, rows, caption)


def differences(table: xr.Dataset) -> Table:
    """Lay out what `petfit.results.contrasts.ratios` found, each pair of drugs once."""
    flat = each_pair_once(table)
    some_not = (flat[["p_neither", "p_only_drug", "p_only_other"]] > 0).any(axis=None)
    rows = [row for _, pair in flat.iterrows() for row in _compared(pair, some_not=bool(some_not))]
    columns = ["drug", "against", "in", "ratio", _interval(table), "P(needs less)"]
    caption = (
        f"{formatting.caption(table)} Ratios of {table.attrs['of']}, below 1 where the first drug needs less."
    )
    if some_not:
        columns.append("reached alone, %")
        caption += (
            " Last column: draws, in %, where only the first, only the other, or neither reaches it; the "
            "ratio is then 0, infinite, or unknown and counted toward both ends of the interval."
        )
    return Table(columns, rows, caption)


def _compared(pair: pd.Series, *, some_not: bool) -> Iterator[list[str]]:
    """Yield the rows of one pair of drugs: in reference doses, and in their unit where they share one."""
    alone = (pair["p_only_drug"], pair["p_only_other"], pair["p_neither"])
    last = ["/".join(f"{100 * one:.0f}" for one in alone)] if some_not else []
    for unit, end in (("reference doses", ""), (pair["unit"], "_own")):
        low, median, high = (pair[f"{name}{end}"] for name in ("low", "median", "high"))
        if not math.isnan(low):
            span, less = f"{_ratio(low)} to {_ratio(high)}", formatting.probability(pair[f"p_less{end}"])
            yield [pair["drug"], pair["other"], unit, _ratio(median), span, less, *last]


def _ratio(value: float) -> str:
    return "infinite" if math.isinf(value) else formatting.figure(value)


def listing(found: dict[str, Evidence]) -> Table:
    """Lay out what tables of evidence hold."""
    rows = [
        [name, str(len(one.table)), str(len(one.used)), ", ".join(sorted(set(one.used["drug"]) - {""}))]
        for name, one in found.items()
    ]
    return Table(["name", "rows", "fitted", "drugs"], rows)


def evidence(rows: pd.DataFrame, *, last: str = "use", derived: pd.DataFrame | None = None) -> Table:
    """Lay out rows of evidence, leaving out columns that say nothing.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of an `Evidence` table.
    last : str
        The column to end with, before the source.
    derived : pandas.DataFrame, optional
        Occupancies of scans from `petfit.results.scan_occupancy.occupancies`; they get a column that says so.
    """
    wanted = [
        "study",
        "cohort",
        "subject",
        "session",
        "drug",
        "condition",
        "dose",
        "concentration",
        "regimen",
        "time_h",
        "region",
        "tracer",
    ]
    rows = rows.assign(cohort=rows["cohort"].where(rows["level"] != "scan", ""))
    columns = [name for name in [*wanted, "level"] if any(cell(value) for value in rows[name])]
    made = {} if derived is None else {str(where): _derived(row) for where, row in derived.iterrows()}
    laid = [
        [
            str(where),
            *(cell(row[name]) for name in columns),
            _reported(row, meaning),
            *([made.get(str(where), "")] if made else []),
            cell(row["n"]),
            row[last],
            row["source"],
        ]
        for (where, row), meaning in zip(rows.iterrows(), meanings(rows), strict=True)
    ]
    shown = ["reported", *(["derived, for display"] if made else []), "n"]
    caption = "" if derived is None or not made else _of_derived(derived)
    return Table(["place", *columns, *shown, last.replace("_", " "), "source"], laid, caption)


def _derived(row: pd.Series) -> str:
    return f"{formatting.percent(row['median'])} ({100 * row['low']:.1f} to {100 * row['high']:.1f})"


def _of_derived(derived: pd.DataFrame) -> str:
    prob, interval = derived["prob"].iloc[0], derived["interval"].iloc[0]
    return (
        "Derived, for display: the occupancy of a scan under the drug from its fitted baseline, median and "
        f"{100 * prob:g} % {interval} interval, the scan's own noise included. Nothing was fitted to it."
    )


def problems(found: Iterable[Problem]) -> Table:
    """Lay out what is wrong with a table."""
    rows = [[one.where, one.column, one.seen, one.rule, one.remedy] for one in found]
    return Table(["place", "column", "seen", "what is wrong", "what to do"], rows)


def exposures(found: pd.DataFrame) -> Table:
    """Lay out the exposures by drug that `petfit.evidence.contents.understood` found."""
    rows = []
    for _, row in found.iterrows():
        spans = [_span(row, "dose"), _span(row, "concentration")]
        counts = [cell(row[name]) for name in ("rows", "doses", "concentrations", "both")]
        rows.append([row["drug"], *counts, *spans])
    columns = ["drug", "rows", "with a dose", "with a concentration", "with both", "doses", "concentrations"]
    return Table(columns, rows, "Of the rows used.")


def _span(row: pd.Series, name: str) -> str:
    low, high = cell(row[f"{name}_low"]), cell(row[f"{name}_high"])
    return " ".join(filter(None, [low if low == high else f"{low} to {high}", row[f"{name}_unit"]]))


def references(found: Mapping[str, Reference]) -> Table:
    """Lay out the exposure of each drug that counts as 1."""
    rows = [[drug, f"{one.value:g}", one.unit, one.origin] for drug, one in found.items()]
    return Table(["drug", "reference", "unit", "from"], rows)


def records(flat: pd.DataFrame) -> Table:
    """Lay out a DataFrame of counts as it is."""
    rows = [[cell(value) for value in row] for row in flat.itertuples(index=False)]
    return Table([str(name).replace("_", " ") for name in flat.columns], rows)


def cell(value: Any) -> str:
    """Return a cell of evidence as text, empty where it is missing."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:g}"
    return str(value)


def _reported(row: pd.Series, meaning: str) -> str:
    if row["outcome"] != "occupancy":
        name, unit = formatting.outcome(row["outcome"])
        return f"{name} {cell(row['value'])} {unit}".strip()
    if math.isnan(row["value"]):
        return f"{100 * row['low']:.4g} to {100 * row['high']:.4g} %{f' ({meaning})' if meaning else ''}"
    spread = "".join(f" ({name.upper()} {100 * row[name]:.3g})" for name in ("sd", "se") if row[name] > 0)
    return f"{100 * row['value']:.4g} %{spread}"


def learned(found: pd.DataFrame) -> Table:
    """Lay out what `petfit.results.prior_contraction.learned` found."""
    names = {"ec50": "EC50", "emax": "Emax", "hill": "Hill", "dose": "dose for 80 %"}
    rows = []
    for _, row in found.iterrows():
        figures = [formatting.percent(row[name]) for name in ("contraction", "overlap")]
        rows.append([names[str(row["parameter"])], row["drug"], *figures])
    caption = (
        "For a typical person in a typical study. Contraction: the share of the prior's variance that the "
        "evidence removed (of ranks among the prior's draws, so that it is the same on every scale). "
        "Overlap: the area that prior and posterior share; 100 % where nothing was learned."
    )
    return Table(["answer", "drug", "contraction", "overlap with the prior"], rows, caption)


def priors(found: pd.DataFrame) -> Table:
    """Lay out what `petfit.model.specification.ModelSpec.priors` returns."""
    rows = []
    for path, row in found.iterrows():
        middle = f"{formatting.figure(row['median'])} ({formatting.span('', row['low'], row['high'])})"
        rows.append([str(path), row["prior"], middle, row["source"]])
    return Table(["path", "prior", "median (95 %)", "why"], rows, "Median and 95 % equal-tailed interval.")


def labelled(found: pd.DataFrame) -> pd.DataFrame:
    """Return a DataFrame with its labels as a column, unless its rows are only counted."""
    counted = isinstance(found.index, pd.RangeIndex) and found.index.name is None
    return found if counted else found.reset_index()


def behind(found: pd.DataFrame) -> Table:
    """Lay out the figures behind a check."""
    flat = labelled(found)
    rows = [
        [formatting.figure(value) if isinstance(value, float) else str(value) for value in row]
        for row in flat.itertuples(index=False)
    ]
    return Table([str(name).replace("_", " ") for name in flat.columns], rows)


def _interval(table: xr.Dataset) -> str:
    return f"{100 * table.attrs['prob']:g} % interval"
