"""Scans made a day or more after a dose, predicted from earlier ones: a section of the page."""

from __future__ import annotations

import numpy as np

from benchmarks.statements import QUANTILES
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.inference.sample import sample
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.specification import read_model
from petfit.results.quantiles import quantile
from petfit.settings import Settings

__all__ = ["late_scans"]


def late_scans() -> str:
    """Return the section on predicting the scans a day or more after a dose from the earlier ones."""
    design = Design.build(read_model("ssri_pk"), read_evidence(), read_drug_table())
    late = design.rows["exclusion_reason"].isin(design.spec.also_fit).to_numpy()
    draws = sample(design, Settings(seed=1), left_out=late).draws
    replicates = likelihood.predictive_draws(np.random.default_rng(1), design, draws)["value"][..., late]
    lines, n_inside = "", 0
    for i, row in enumerate(design.rows[late].to_dict("records")):
        low, median, high = (100 * float(value) for value in quantile(replicates[..., i], QUANTILES))
        value = 100 * row["value"] if np.isfinite(row["value"]) else 50 * (row["low"] + row["high"])
        n_inside += low <= value <= high
        group = f"{row['drug']} {row['x']:g} mg, {row['regimen']}, {row['region']}, {row['time_h']:g} h"
        lines += f"| {group} | {row['study']} | {value:.1f} | {median:.1f} ({low:.1f} to {high:.1f}) "
        lines += f"| {value - median:+.1f} |\n"
    return f"""## Late scans predicted from early ones

`ssri_pk` was fitted without the {late.sum()} scans made more than 8 h after the last dose, which were then
predicted: the median of what the group would report, with the 95 % interval. People of these groups who were
scanned early as well keep what the early scan says of them. Of a published range, the middle is shown.

| scan | study | published, % | predicted, % | difference, points |
| --- | --- | --- | --- | --- |
{lines}
{n_inside} of {late.sum()} lie inside their interval. The intervals are wide: without late scans, half-lives
are known from their priors alone.
"""
