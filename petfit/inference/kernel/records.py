"""The records that compiled code walks through. Every field takes eight bytes.

An unknown is a coordinate. The levels of an effect lie side by side among the coordinates: those with priors
of their own first, the pools last, in the order of the PyMC model.
"""

from __future__ import annotations

from typing import Any

import numpy as np

type Record = Any
"""One record, its fields as attributes; type checkers do not know them."""

type Records = Any
"""An array of records."""

NOTHING = -1
"""Instead of the place of something that the model does not have."""

CURVES = ("emax", "sigmoid_emax")
LINES = ("identity", "exp", "expit", "softplus")
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
LEVELS = ("subject", "group", "range", "extremes", "range_set", "scan")
PREDICTORS = ("ec50", "emax", "hill", "baseline", "nondisplaceable", "residual", "share", "below", "error")
"""The sums that a row takes from the effects; ``residual`` is on the log of its residual SD."""

EC50, EMAX, HILL, BASELINE, NONDISPLACEABLE, RESIDUAL, SHARE, BELOW, ERROR = range(len(PREDICTORS))
FLOOR, VARIANCE = len(PREDICTORS), len(PREDICTORS) + 1
SUMS = len(PREDICTORS) + 2
"""How many derivatives lead back to the unknowns: by the sums, by the floor of the noise, by omega^2."""


def _fields(floats: str = "", integers: str = "") -> np.dtype[np.void]:
    named = [(name, np.int64) for name in integers.split()] + [(name, np.float64) for name in floats.split()]
    return np.dtype(named)


COORDINATE = _fields(integers="line family", floats="scale first second third constant")
"""How the real line becomes the support, the prior's family, scale, numbers, and the log of its normalizing
constant and of that scale."""

EFFECT = _fields(integers="first count normals scale anchor predictor")
"""Its first coordinate, how many levels, how many of them, the first, are sampled as standard normals, the
coordinates of its SD and of the centre anchored with it."""

PARAMETER = _fields(integers="centre", floats="fixed")
"""The coordinate of the centre, else the number it is fixed at, on the link scale."""

DESIGN = _fields(integers="first count sigma floor censored plain", floats="fixed_sigma")
"""What rows may share: which rows, where their noise is found, whether their exposure is below a limit, and
whether they are plain (`petfit.inference.kernel.simple_rows`)."""

ROW = _fields(
    integers="level",
    floats="kept x x_high spread around nu inflated value n grow low high shape variance constant",
)
"""A row of evidence: its level, how often it counts, and its numbers.

Where sigma is 1, ``inflated`` is the variance of one person's number and ``grow`` the inverse SD of the mean.
"""

NUMBERS = ("free", "omega", "straight", "quadrature")
SIZES = ("coordinates", "effects", "designs", "rows", "members", "competitors")
ARRAYS = (*SIZES, "parameters", "place", "weight", "competing")
HEADER = np.dtype(
    [
        (name, np.int64)
        for name in (
            "sources",
            "words",
            *NUMBERS,
            "largest_set",
            *(f"{name}_size" for name in SIZES),
            *ARRAYS,
        )
    ]
)
"""The digest of the code the block is for, its length in words of eight bytes, numbers and sizes of a model, then
the words at which its arrays begin; see `petfit.inference.kernel.model_arrays.Tables`."""

WORD = 8
COORDINATE_WORDS, EFFECT_WORDS, PARAMETER_WORDS, DESIGN_WORDS, ROW_WORDS = (
    record.itemsize // WORD for record in (COORDINATE, EFFECT, PARAMETER, DESIGN, ROW)
)
"""How many words a record takes."""
