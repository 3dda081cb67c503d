"""The table of parameters: names, links, printed labels and units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import special

from petfit.model.ops import Array, Ops

__all__ = [
    "CURVE_PARAMETERS",
    "PARAMETERS",
    "RESIDUALS",
    "SCAN_PARAMETERS",
    "SITE_PARAMETERS",
    "ParameterInfo",
    "competitor_name",
]

type Link = Literal["log", "logit", "log_minus_1"]

_LINK_FUNCTIONS: dict[Link, Callable[[Any], Any]] = {
    "log": np.log,
    "logit": special.logit,
    "log_minus_1": lambda value: np.log(value - 1.0),
}
_LINK_WORDS: dict[Link, str] = {"log": "log {}", "logit": "logit {}", "log_minus_1": "log ({} - 1)"}


@dataclass(frozen=True)
class ParameterInfo:
    """What is known of a parameter independently of model and evidence.

    Parameters
    ----------
    name : str
        Its key in a model file.
    link : {"log", "logit", "log_minus_1"}
        The link function: effects add up on this scale. The last is the log of the value less 1, for ratios
        above 1.
    linked_name : str
        Name of the posterior variable on the link scale.
    label : str
        The parameter as printed.
    unit : str
        Unit in words.
    description : str
        What it is, as a noun phrase.
    sd_name, floor_name : str, optional
        Of residual noise: the posterior variables of its SD and of its floor, on the natural scale.

    Examples
    --------
    >>> PARAMETERS["ec50"].label, PARAMETERS["ec50"].linked_name, PARAMETERS["ec50"].linked_label
    ('EC50', 'log_ec50', 'log EC50')
    """

    name: str
    link: Link
    linked_name: str
    label: str
    unit: str
    description: str
    sd_name: str = ""
    floor_name: str = ""

    @property
    def linked_label(self) -> str:
        """The parameter on its link scale as printed."""
        return _LINK_WORDS[self.link].format(self.label)

    def to_link_scale(self, value: float) -> float:
        """Return a value of the natural scale on the link scale.

        Examples
        --------
        >>> PARAMETERS["emax"].to_link_scale(0.5)
        0.0
        """
        with np.errstate(divide="ignore"):
            return float(_LINK_FUNCTIONS[self.link](value))

    def from_link_scale(self, ops: Ops, linked: Array) -> Array:
        """Return values of the link scale on the natural scale, as arrays of NumPy or PyTensor.

        Examples
        --------
        >>> from petfit.model.ops import NUMPY
        >>> float(PARAMETERS["ec50_ratio"].from_link_scale(NUMPY, 0.0))
        2.0
        """
        match self.link:
            case "logit":
                return ops.expit(linked)
            case "log":
                return ops.exp(linked)
            case "log_minus_1":
                return 1.0 + ops.exp(linked)


PARAMETERS: dict[str, ParameterInfo] = {
    parameter.name: parameter
    for parameter in (
        ParameterInfo("ec50", "log", "log_ec50", "EC50", "of exposure", "exposure at half of Emax"),
        ParameterInfo("emax", "logit", "logit_emax", "Emax", "fraction", "maximum occupancy"),
        ParameterInfo("hill", "log", "log_hill", "Hill", "", "exponent of the curve"),
        ParameterInfo(
            "ec50_ratio",
            "log_minus_1",
            "log_ec50_ratio_minus_1",
            "EC50 ratio",
            "",
            "EC50 of the low-affinity sites over that of the high-affinity sites",
        ),
        ParameterInfo(
            "high_affinity_fraction",
            "logit",
            "logit_high_affinity_fraction",
            "high-affinity fraction",
            "fraction",
            "fraction of the sites that have high affinity",
        ),
        ParameterInfo(
            "ec50_high_affinity",
            "log",
            "log_ec50_high_affinity",
            "EC50, high-affinity sites",
            "of exposure",
            "exposure at which half of the high-affinity sites are occupied",
        ),
        ParameterInfo(
            "ec50_low_affinity",
            "log",
            "log_ec50_low_affinity",
            "EC50, low-affinity sites",
            "of exposure",
            "exposure at which half of the low-affinity sites are occupied",
        ),
        ParameterInfo(
            "baseline",
            "log",
            "log_baseline",
            "baseline binding",
            "of BP_ND or V_T",
            "specific binding without the drug: BP_ND, or V_T - V_ND",
        ),
        ParameterInfo(
            "nondisplaceable",
            "log",
            "log_v_nd",
            "V_ND",
            "of V_T",
            "distribution volume of non-displaceable tracer",
        ),
        ParameterInfo(
            "noise",
            "log",
            "log_sigma",
            "residual SD",
            "fraction",
            "residual SD of one person's occupancy",
            "sigma",
            "floor",
        ),
        ParameterInfo(
            "scan_noise",
            "log",
            "log_scan_sigma",
            "residual SD of scans",
            "fraction of the mean",
            "residual SD of a scan over its mean",
            "scan_sigma",
            "scan_floor",
        ),
    )
}
"""Every parameter by name. The residual SDs are parameters too: their effects add up on the log scale."""

CURVE_PARAMETERS = ("ec50", "emax", "hill", "ec50_ratio", "high_affinity_fraction")
SITE_PARAMETERS = ("ec50_high_affinity", "ec50_low_affinity")
"""What the two-site curve derives from its parameters."""
SCAN_PARAMETERS = ("baseline", "nondisplaceable")
RESIDUALS = ("noise", "scan_noise")


def competitor_name(competitor: str) -> str:
    """Return the posterior variable of a competitor's log EC50.

    Examples
    --------
    >>> competitor_name("norfluoxetine")
    'competitor_log_ec50_norfluoxetine'
    """
    return f"competitor_log_ec50_{competitor}"
