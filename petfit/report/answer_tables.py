"""The tables of answers: doses, parameters, strengths, comparisons between drugs, what was learned."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd
import xarray as xr

from petfit.fit import Fit
from petfit.report.table import Column, Sheet, in_one_unit, number, percent, share
from petfit.results import contrasts, formatting, summary
from petfit.results.answers import has_differences
from petfit.results.target_attainment import CERTAINTIES, marketed, smallest_strength, target_attainment

__all__ = ["SUPPORTS", "doses", "learned", "parameters", "ratios", "strengths"]

SUPPORTS = {
    "inside": "inside",
    "below": "below",
    "above": "above: extrapolated",
    "not reached": "the ceiling lies lower in most draws",
    "not tested": "none was tested",
    "differs by model": "the models count other doses",
}
"""Where a median lies against the exposures tested, in words."""

_NAMES = {"ec50": "EC50", "emax": "Emax", "hill": "Hill", "dose": "dose for 80 %"}


def doses(found: xr.Dataset, exposure: str) -> Sheet:
    """Return what `petfit.results.summary.doses` found as a table."""
    flat = summary.frame(found)
    columns = [Column("model", "model")] if "model" in flat else []
    columns.append(Column("drug", "drug"))
    targets = list(dict.fromkeys(flat["occupancy"]))
    if len(targets) > 1:
        columns.append(Column("occupancy", "occupancy, %", lambda one: f"{100 * one:g}"))
    columns += [
        Column("median", f"{exposure}, median,", number),
        Column("low", f"{_prob(found)} low,", number),
        Column("high", f"{_prob(found)} high,", number),
        Column("p_reached", "P(reached), %", share),
        Column("tested_low", "tested from,", number),
        Column("tested_high", "to,", number),
        Column("support", "the median lies", lambda word: SUPPORTS[word]),
        Column("p_below", "draws below, %", percent),
        Column("p_inside", "inside, %", percent),
        Column("p_above", "above, %", percent),
        Column("p_not_reached", "not reached, %", percent),
    ]
    caption = (
        f"{formatting.caption(found)} Draws below, inside and above the {exposure}s tested add up to 100 % with "
        "those in which the occupancy is not reached."
    )
    asked = f"{100 * targets[0]:g} %" if len(targets) == 1 else "an"
    title = f"{exposure.capitalize()} for {asked} occupancy"
    return Sheet("doses", title, flat, in_one_unit(flat, columns), caption)


def parameters(found: dict[str, xr.Dataset], exposure: str) -> Iterator[Sheet]:
    """Yield a table for each of what `petfit.results.summary.parameters` found."""
    names = {**_NAMES, "ec50": "EC50 (ED50)" if exposure == "dose" else "EC50"}
    for key, table in found.items():
        name = key.removesuffix("_other_unit")
        flat = summary.frame(table)
        show, unit = (percent, ", %") if name == "emax" else (number, "," if name == "ec50" else "")
        heads = {
            "median": "median",
            "low": f"{_prob(table)} low",
            "high": f"{_prob(table)} high",
            "mean": "mean",
            "sd": "SD",
        }
        columns = [Column("drug", "drug")]
        columns += [Column(one, f"{head}{unit}", show) for one, head in heads.items()]
        laid = in_one_unit(flat, columns) if name == "ec50" else tuple(columns)
        again = " by amount or mass" if key != name else ""
        yield Sheet(key, f"{names[name]}{again}", flat, laid, formatting.caption(table))


def strengths(fit: Fit) -> Iterator[Sheet]:
    """Yield how surely the marketed strengths reach 80 %, and which is the smallest that is sure enough."""
    if not any(marketed(fit, drug)[0] for drug in fit.design.drugs):
        return
    yield _attained(target_attainment(fit))
    for predict_for in ("typical", "new_subject"):
        if has_differences(fit.design, predict_for):
            yield _smallest(smallest_strength(fit, 0.8, predict_for))


def _attained(found: xr.Dataset) -> Sheet:
    flat = summary.frame(found)
    flat = flat[flat["marketed"]].sort_values(["drug", "dose"], ignore_index=True)
    columns = [
        Column("drug", "drug"),
        Column("dose", "strength,", number),
        Column("probability", "P(reached), %", share),
    ]
    said = "P(reached): that the occupancy is at least 80 %."
    if "share" in flat:
        columns += [
            Column("share", "people who reach it, %", percent),
            Column("share_low", f"{_prob(found)} low, %", percent),
            Column("share_high", f"{_prob(found)} high, %", percent),
        ]
        said += f" People: the share whose own occupancy is, median and {_interval(found)}."
    caption = f"{formatting.whose(found)} {said}"
    return Sheet(
        "strengths", "Marketed strengths and 80 % occupancy", flat, in_one_unit(flat, columns), caption
    )


def _smallest(found: xr.Dataset) -> Sheet:
    flat = summary.frame(found)
    flat["needed"] = [
        why or f"{strength:g}" for why, strength in zip(flat["why_none"], flat["strength"], strict=True)
    ]
    wide = flat.pivot(index=["drug", "unit"], columns="certainty", values="needed").reset_index()
    wide.columns = pd.Index([one if isinstance(one, str) else f"p_{one:g}" for one in wide.columns])
    columns = [Column("drug", "drug")]
    columns += [Column(f"p_{one:g}", f"P at least {100 * one:g} %,") for one in CERTAINTIES]
    caption = (
        f"{formatting.whose(found)} The smallest marketed strength, taken once a day, that reaches 80 % with at "
        "least this probability; several units a day reach more."
    )
    predict_for = (
        ""
        if found.attrs["predict_for"] == "typical"
        else f" ({found.attrs['predict_for'].replace('_', ' ')})"
    )
    return Sheet(
        f"smallest_strength_{found.attrs['predict_for']}",
        f"Smallest strength that is sure enough{predict_for}",
        wide,
        in_one_unit(wide, columns),
        caption,
    )


def ratios(fit: Fit) -> Sheet | None:
    """Return how the dose for 80 % differs between drugs, each pair once; None where there is one drug."""
    if len(fit.design.drugs) < 2:
        return None
    found = contrasts.ratios(fit, 0.8, "typical", None, False)
    flat = contrasts.each_pair_once(found)
    columns = [
        Column("drug", "drug"),
        Column("other", "against"),
        Column("median", "ratio, in reference doses", _ratio),
        Column("low", f"{_prob(found)} low", _ratio),
        Column("high", f"{_prob(found)} high", _ratio),
        Column("p_less", "P(needs less), %", share),
    ]
    if flat["median_own"].notna().any():
        columns += [
            Column("median_own", "ratio, in their unit", _ratio),
            Column("low_own", f"{_prob(found)} low", _ratio),
            Column("high_own", f"{_prob(found)} high", _ratio),
            Column("p_less_own", "P(needs less), %", share),
        ]
    caption = (
        f"{formatting.caption(found)} Ratios of {found.attrs['of']}, below 1 where the first drug needs less; "
        "draws in which neither drug reaches it count toward both ends of the interval."
    )
    return Sheet("ratios", "The drugs against each other", flat, tuple(columns), caption)


def _ratio(value: float) -> str:
    return "infinite" if math.isinf(value) else number(value)


def learned(found: pd.DataFrame) -> Sheet:
    """Return what `petfit.results.prior_contraction.learned` found as a table."""
    columns = (
        Column("parameter", "answer", lambda one: _NAMES[one]),
        Column("drug", "drug"),
        Column("contraction", "contraction, %", percent),
        Column("overlap", "overlap with the prior, %", percent),
    )
    caption = (
        "For a typical person in a typical study. Contraction: the share of the prior's variance that the "
        "evidence removed (of ranks among the prior's draws, so that it is the same on every scale). "
        "Overlap: the area that prior and posterior share; all of it where nothing was learned."
    )
    return Sheet("learned", "What was learned", found, columns, caption)


def _prob(found: xr.Dataset) -> str:
    return f"{100 * found.attrs['prob']:g} %"


def _interval(found: xr.Dataset) -> str:
    return f"{_prob(found)} {found.attrs['interval']} interval"
