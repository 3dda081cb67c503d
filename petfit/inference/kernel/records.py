"""Record types of the arrays that describe a model to the compiled code. Every field takes eight bytes.

Free parameters are numbered in the order of `petfit.model.free_parameters`: those with priors of their own
come first, the random effects last. Fields that point to a free parameter hold its number, or ``ABSENT``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

type Record = Any
"""One record with its fields as attributes, which type checkers do not know."""

type Records = Any
"""An array of records."""

ABSENT = -1

CURVES = ("emax", "sigmoid_emax")
TRANSFORMS = ("identity", "exp", "expit", "softplus")
FAMILIES = (
    "Normal",
    "StudentT",
    "HalfNormal",
    "HalfCauchy",
    "LogNormal",
    "Gamma",
    "InverseGamma",
    "Exponential",
    "Beta",
)
LEVELS = ("subject", "group", "range", "extremes", "range_set", "scan", "censored_subject", "censored_group")
PREDICTORS = ("ec50", "emax", "hill", "baseline", "nondisplaceable", "residual", "share", "below", "error")
"""The linear predictors of a row; ``residual`` is on the log of its residual SD."""

EC50, EMAX, HILL, BASELINE, NONDISPLACEABLE, RESIDUAL, SHARE, BELOW, ERROR = range(len(PREDICTORS))
FLOOR, OMEGA_SQUARED = len(PREDICTORS), len(PREDICTORS) + 1
N_DERIVATIVES = len(PREDICTORS) + 2
"""A row has derivatives with respect to its predictors, the floor of its noise and omega squared."""


def _record(integers: str = "", floats: str = "") -> np.dtype[np.void]:
    return np.dtype(
        [(name, np.int64) for name in integers.split()] + [(name, float) for name in floats.split()]
    )


PRIOR = _record("transform family", "scale nu mu sigma alpha beta lam log_constant")
"""Prior of one free parameter: the transform from the real line, the family with its arguments, and the log
of the normalizing constant times the scale of the transform."""

RANDOM_EFFECT = _record("first size n_noncentred sd grand_mean", "evidence_sd")
"""First level, number of levels, how many of them (the first ones) are non-centred, the SD between levels,
the centre that is sampled as a grand mean, and the SD of a level by the evidence alone."""

CENTRE = _record("parameter", "fixed")
"""The free parameter that is the centre of a predictor, or the value at which it is fixed."""

PATTERN = _record("first_row n_rows first_term n_terms sigma floor below_loq simple", "fixed_sigma")
"""A covariate pattern: adjacent rows with the same row of the design matrix and the same noise.

``below_loq`` marks exposures below a limit of quantification, ``simple`` the rows of
`petfit.inference.kernel.simple_rows`.
"""

TERM = _record("parameter predictor", "weight")
"""One term of a linear predictor of a pattern: ``weight`` times a free parameter."""

ROW = _record(
    "level pattern",
    "included deviation_weight x x_high exposure_sd deviation_share nu unit_variance value se "
    "side n inverse_se low high gamma_shape sample_variance constant",
)
"""A row of evidence.

``deviation_weight`` is the weight of an integrated deviation in log EC50, 0 where deviations are sampled.
``deviation_share`` is the part ``1 - 1/n`` of the variance between people that lies around the mean of a
cohort. ``se`` is the standard error of one person's own number, and 0 for groups. ``side`` is 1 where a
censored number lies below ``value``, -1 where it lies above. Where sigma is 1, ``unit_variance`` is the
variance of one person's number and ``inverse_se`` one over the standard error of the row's mean.
``gamma_shape`` is that of the sampling distribution of the sample variance, 0 without one.
"""

PERSON = _record("level first_row n_rows stop_of_single_rows")
"""The adjacent rows of a person or cohort whose deviation in log EC50 is integrated out.

``level`` is the level of the effect. ``stop_of_single_rows`` is the end of a run of people from this one on
who share a pattern and have a single simple row each, as `petfit.inference.kernel.single_rows` needs them; 0
if this one does not.
"""

SET_ROW = _record(
    "",
    "mean sigma d_mean d_sigma p_lowest p_highest inside inside_d_mean inside_d_sd "
    "low low_d_mean low_d_sd high high_d_mean high_d_sd",
)
"""A row of a complete set of ranges: its prediction, the derivatives by it, the probabilities that it is the
lowest or the highest, and the log densities of its mean inside the range and at its two ends."""

RANGE_SET = _record("first size")
"""Where the rows of a complete set of ranges stand in ``range_set_rows``."""

QUANTITIES = (
    "clearance",
    "volume",
    "half_life",
    "absorption",
    "power",
    "first_half_life",
    "first_bioavailability",
)
"""The kinetics of a drug; see `petfit.model.kinetics.drug_kinetics.KINETIC_PARAMETERS`."""

KINETICS = np.dtype(
    [
        *((name, np.int64) for name in ["is_dose", "has_variance", "is_below_loq", "study"]),
        *(
            (f"gives_{name}", np.int64)
            for name in ["clearance", "volume", "power", "first_half_life", "first_bioavailability"]
        ),
        ("parameter", np.int64, len(QUANTITIES)),
        ("person", np.int64, 3),
        ("number", float, len(QUANTITIES)),
        ("people_sd", float, 3),
        *(
            (name, float)
            for name in [
                "person_weight",
                "time",
                "interval",
                "duration",
                "log_dose",
                "log_dose_over_reference",
                "share",
                "log_measured",
                "assay_sd",
            ]
        ),
    ]
)
"""The dose of a row, the kinetics of its drug and the concentration that was measured.

``parameter`` and ``number`` hold the free parameter or the number of each of `QUANTITIES`; ``person`` and
``people_sd`` the deviation of its people, in SDs, and the SDs, in clearance, volume and absorption.
``gives_power`` and the two of the first dose are 1 where they apply to the row. ``has_variance`` marks rows
whose density depends on the variance between people. ``log_dose`` is that of each dose, in mg, ``share`` the
share of a sample that the row has, 0 without one, and ``study`` the offset of its study.
"""

PLASMA = _record(
    "",
    "d_log_x d_variance log_d_elimination log_d_absorption variance_d_elimination variance_d_absorption",
)
"""Derivatives of the log posterior by the log concentration of a row and its variance between people, and of
these two by the logs of the rates of elimination and absorption."""

ARRAYS = {
    "priors": PRIOR,
    "random_effects": RANDOM_EFFECT,
    "centres": CENTRE,
    "patterns": PATTERN,
    "terms": TERM,
    "rows": ROW,
    "people": PERSON,
    "range_sets": RANGE_SET,
    "range_set_rows": np.dtype(np.int64),
    "competitors": np.dtype(np.int64),
    "competitor_exposures": np.dtype(float),
    "kinetics": KINETICS,
}
"""The arrays of `petfit.inference.kernel.model_arrays.ModelArrays`."""

SCALARS = ("omega", "hill_is_one", "quadrature")

HEADER = _record(
    " ".join(
        ["digest", "n_words", *SCALARS, *(f"{name}_{end}" for name in ARRAYS for end in ("start", "stop"))]
    )
)
"""The digest of the code that may read the block, its length in words of eight bytes, the scalars of a model,
and where its arrays start and stop in the block."""
