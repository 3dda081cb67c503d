"""The tables of what an answer rests on: evidence, priors, reference doses, the run, the checks."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from petfit.checks import Check
from petfit.evidence.bibliography import citation, keys_in
from petfit.evidence.ranges import meanings
from petfit.fit import Fit
from petfit.model.applies_to import applies_to
from petfit.plots.curve_bands import INTERVAL_QUANTILES
from petfit.report.evidence_counts import counts
from petfit.report.table import Column, Sheet, number, percent, plain
from petfit.report.text_tables import labelled
from petfit.results import formatting, scan_occupancy
from petfit.results.quantiles import PROB, quantile

__all__ = [
    "behind",
    "checks",
    "counted",
    "effects",
    "evidence",
    "priors",
    "references",
    "reproduction",
    "settings",
    "sources",
]

_FIGURES = ("value", "sd", "se", "low", "high")
_NAMING = (
    "study",
    "subject",
    "session",
    "drug",
    "condition",
    "exposure",
    "regimen",
    "time_h",
    "region",
    "tracer",
    "level",
)


def evidence(fit: Fit) -> Iterator[Sheet]:
    """Yield the rows that were fitted, with how each entered, and those left out, with the reason."""
    rows = fit.design.rows
    table = fit.evidence.table.loc[rows.index]
    made = scan_occupancy.occupancies(fit)
    caption = "Every fitted number as published, and how it entered the fit; the file has every column."
    if len(made):
        table = table.join(made[["median", "low", "high"]].add_prefix("derived_"))
        caption += (
            " Derived, for display: the occupancy of a scan under the drug from its fitted baseline, median "
            f"and {100 * made['prob'].iloc[0]:g} % {made['interval'].iloc[0]} interval, the scan's own noise "
            "included. Nothing was fitted to it."
        )
    entered = table.assign(meaning=meanings(table), entered=[_entered(row) for _, row in rows.iterrows()])
    yield _listed("evidence_fitted", f"Rows fitted ({len(rows)})", entered, ["entered", "note"], caption)
    if len(fit.excluded_rows):
        title = f"Rows left out ({len(fit.excluded_rows)})"
        yield _listed(
            "evidence_left_out",
            title,
            fit.excluded_rows,
            ["exclusion_reason"],
            "Kept in the table, not fitted.",
        )


def _exposure(row: pd.Series) -> str:
    """Return dose and concentration of a row, as far as they are known."""
    ends = [plain(row[name]) for name in ("dose_low", "dose_high")]
    dose = plain(row["dose"]) or " to ".join(filter(None, ends))
    parts = ((dose, row["dose_unit"]), (plain(row["concentration"]), row["concentration_unit"]))
    return ", ".join(f"{amount} {unit}".strip() for amount, unit in parts if amount)


def _entered(row: pd.Series) -> str:
    """Say by which likelihood a row entered."""
    words = {
        "subject": "one person's occupancy",
        "group": "mean of n people" + (", and their variance" if max(row["sd"], row["se"]) > 0 else ""),
        "range": "bounds of a group's mean",
        "extremes": "lowest and highest of n people",
        "scan": "scan, against a baseline that is fitted",
    }
    return words[row["level"]]


def _listed(name: str, title: str, rows: pd.DataFrame, last: list[str], caption: str) -> Sheet:
    """Return rows of evidence as a table, without the columns that say nothing."""
    frame = rows.copy()
    frame.insert(0, "place", [str(where) for where in rows.index])
    frame["exposure"] = [_exposure(row) for _, row in rows.iterrows()]
    columns = [Column("place", "place")]
    columns += [Column(one, _head(one)) for one in _NAMING if _says_something(frame[one])]
    frame["quantity"] = [_quantity(outcome) for outcome in frame["outcome"]]
    all_shares = set(frame["outcome"]) == {"occupancy"}
    names = {"value": "occupancy" if all_shares else "value", "sd": "SD", "se": "SE"}
    columns += [
        Column(one, f"{names.get(one, one)}{', %' * all_shares}", _in_percent if all_shares else plain)
        for one in _FIGURES
        if _says_something(frame[one])
    ]
    columns += [] if all_shares else [Column("quantity", "of")]
    columns += [Column("n", "n")] if _says_something(frame["n"]) else []
    if "meaning" in frame and _says_something(frame["meaning"]):
        columns.append(Column("meaning", "the range is of"))
    if "derived_median" in frame:
        columns += [
            Column(f"derived_{one}", f"derived occupancy, for display, {one}, %", _percent_or_nothing)
            for one in ("median", "low", "high")
        ]
    columns += [Column(one, _head(one)) for one in last]
    return Sheet(name, title, frame, (*columns, Column("source", "source")), caption)


def _quantity(outcome: str) -> str:
    name, unit = formatting.outcome(outcome)
    return "occupancy, fraction" if outcome == "occupancy" else f"{name}, {unit}" if unit else name


def _in_percent(value: float) -> str:
    return plain(100.0 * value)


def _percent_or_nothing(value: float) -> str:
    return "" if pd.isna(value) else percent(value)


def _head(name: str) -> str:
    heads = {"entered": "how it entered", "exclusion_reason": "why not", "time_h": "hours after the dose"}
    return heads.get(name, name.replace("_", " "))


def _says_something(values: pd.Series) -> bool:
    return any(plain(value) for value in values)


def counted(fit: Fit) -> Sheet:
    """Return how many rows, people and sets there are of each kind."""
    frame = pd.DataFrame(counts(fit).items(), columns=["what", "count"])
    return Sheet.whole("counts", "The evidence, counted", frame)


def effects(fit: Fit) -> Sheet:
    """Return the terms of each parameter's sum, with how many levels each has."""
    rows = [
        (one.parameter, " by ".join(one.factors), one.kind, one.reference[1], len(one.levels))
        for one in fit.design.effects
    ]
    frame = pd.DataFrame(rows, columns=["parameter", "factor", "kind", "reference", "levels"])
    return Sheet.whole("effects", "Effects on each parameter, with their levels", frame)


def references(fit: Fit) -> Sheet:
    """Return the exposure of each drug that counts as 1."""
    rows = [(drug, one.value, one.unit, one.origin) for drug, one in fit.design.references.items()]
    frame = pd.DataFrame(rows, columns=["drug", "reference", "unit", "origin"])
    columns = (
        Column("drug", "drug"),
        Column("reference", "reference"),
        Column("unit", "unit"),
        Column("origin", "from"),
    )
    caption = f"The {fit.spec.exposure_words} that counts as 1 in the model."
    return Sheet("references", "Reference exposures", frame, columns, caption)


def priors(fit: Fit) -> Sheet:
    """Return every prior beside its posterior, with its source."""
    probs = [0.025, 0.5, 0.975]
    names = ["unknown", "prior"]
    names += [f"{when}_{one}" for when in ("prior", "posterior") for one in ("low", "median", "high")]
    rows = [
        (
            name,
            str(prior),
            *map(float, prior.quantile(probs)),
            *map(float, quantile(draws, probs)),
            prior.source,
        )
        for name, prior, draws in fit.parameters_with_priors()
    ]
    frame = pd.DataFrame(rows, columns=[*names, "source"])
    columns = [Column("unknown", "unknown"), Column("prior", "prior")]
    columns += [
        Column(f"{when}_{one}", f"{when} {head}", number)
        for when in ("prior", "posterior")
        for one, head in (("median", "median"), ("low", "95 % low"), ("high", "95 % high"))
    ]
    columns.append(Column("source", "why this prior"))
    return Sheet("priors", "Priors beside posteriors", frame, tuple(columns), _scales(fit))


def _scales(fit: Fit) -> str:
    """Say on which scale each unknown is, and of what."""
    rows = fit.design.rows
    said = ["omega is the SD of log EC50 between people"]
    if applies_to("noise", rows).any():
        said.append("sigma the residual SD of occupancy as a fraction")
    if applies_to("scan_noise", rows).any():
        name, unit = formatting.outcome(rows.loc[rows["level"] == "scan", "outcome"].iloc[0])
        has_v_nd = fit.spec.nondisplaceable is not None
        what = "V_T - V_ND" if has_v_nd else "BP_ND"
        said.append(f"log_baseline the logarithm of {what} without the drug{_in(unit)}")
        said += [f"log_v_nd the logarithm of V_ND{_in(unit)}"] if has_v_nd else []
        said.append(f"scan_sigma the residual SD of {name} as a share of its mean")
        if fit.spec.residuals["scan_noise"].floor is not None:
            said.append(
                f"scan_floor what of the residual SD of {name} is left where the mean is 0{_in(unit)}"
            )
    return (
        "Unknowns on their own scales: log_ is the natural logarithm (EC50 in reference doses), logit_ the "
        f"log odds; {', '.join(said)}. 95 % equal-tailed intervals."
    )


def _in(unit: str) -> str:
    return f" in {unit}" if unit else ""


def sources(fit: Fit) -> list[str]:
    """List the citation of every key that a row or a prior names."""
    keys = set(fit.evidence.table["source"]) - {""}
    for said in [*fit.evidence.table["note"], *(prior.source for _, prior in fit.spec.each_prior())]:
        keys |= set(keys_in(said))
    return [f"{key}: {citation(key)}" if citation(key) != key else key for key in sorted(keys)]


def checks(verdicts: list[Check]) -> Sheet:
    """Return the verdicts as a table."""
    rows = [(one.verdict, one.name, one.sentence) for one in verdicts]
    frame = pd.DataFrame(rows, columns=["verdict", "check", "sentence"])
    return Sheet.whole("checks", "All checks", frame)


_BEHIND = {
    "convergence": "R-hat and ESS of every unknown and every answer",
    "divergences": "Divergent draws by chain",
    "energy": "E-BFMI by chain",
    "predictive": "Every number, and sets of them, against replicated numbers",
    "loo": "Every row left out, by importance sampling",
    "sensitivity": "Sensitivity of every answer to priors and likelihood",
    "studies": "The answers without each study",
    "assumptions": "The answers under other assumptions",
}


def behind(verdicts: list[Check]) -> dict[str, Sheet]:
    """Return the figures behind the checks that are worth a table of their own."""
    return {
        one.name: Sheet.whole(f"check_{one.name}", _BEHIND[one.name], labelled(one.table), one.sentence)
        for one in verdicts
        if one.name in _BEHIND and len(one.table)
    }


def settings(fit: Fit, occupancy: float) -> Sheet:
    """Return the numbers that the fit and the page were made with."""
    attrs = fit.attrs
    rows = [
        ("chains", attrs["chains"]),
        ("draws of a chain", attrs["draws"]),
        ("draws of all chains", attrs["chains"] * attrs["draws"]),
        ("warm-up draws of a chain", attrs["tune"]),
        ("target acceptance", attrs["target_accept"]),
        ("largest tree depth", attrs["max_depth"]),
        ("seconds of compiling", attrs["seconds_compiling"]),
        ("seconds of sampling", attrs["seconds_sampling"]),
        ("occupancy asked for", occupancy),
        ("probability of an interval", PROB),
        ("probability of an inner interval of a figure", INTERVAL_QUANTILES[3] - INTERVAL_QUANTILES[1]),
    ]
    frame = pd.DataFrame(rows, columns=["setting", "value"])
    columns = (Column("setting", "setting"), Column("value", "value", plain))
    return Sheet("settings", "Settings", frame, columns)


def reproduction(fit: Fit, command: str) -> Sheet:
    """Return what is needed to make the fit again."""
    attrs = fit.attrs
    sampler = (
        f"NUTS, {attrs['chains']} chains of {attrs['draws']} draws after {attrs['tune']} warm-up draws, "
        f"target acceptance {attrs['target_accept']:g}"
    )
    centred = str(attrs.get("centred", "")).splitlines()
    rows = [
        ("made", str(attrs["created"])),
        ("evidence", str(attrs["evidence"])),
        ("SHA-256 of the evidence", str(attrs["evidence_sha256"])),
        ("sampler", sampler),
        ("pools sampled as levels in full", ", ".join(centred) or "none"),
        ("seed", str(attrs["seed"])),
        ("time", f"{attrs['seconds_compiling']:.1f} s compiling, {attrs['seconds_sampling']:.1f} s sampling"),
        ("versions", ", ".join(str(attrs["versions"]).splitlines())),
        ("command", command),
    ]
    return Sheet.whole("reproduction", "How to reproduce it", pd.DataFrame(rows, columns=["what", "how"]))
