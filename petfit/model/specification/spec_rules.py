"""What must hold between the parts of a specification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petfit.errors import nearest
from petfit.evidence.columns import NUMBERS
from petfit.model.curves import CURVES
from petfit.model.specification.default_priors import CURVE_DEFAULTS
from petfit.model.specification.terms import Parameter

if TYPE_CHECKING:
    from petfit.model.specification.model_spec import ModelSpec

__all__ = ["SHARES", "check_parts"]

_RANGES = {
    "emax": (0.0, 1.5, "write it as a fraction, near 1 or below"),
    "ec50_ratio": (1.0, float("inf"), "the low-affinity sites have the higher EC50, so it is above 1"),
    "high_affinity_fraction": (0.0, 1.0, "write it as a fraction"),
}
"""Where a fixed parameter must lie: above the first number, up to the second; and what to say otherwise."""
SHARES = ("dose_share", "below_loq")
_NOT_FACTORS = frozenset(
    {*NUMBERS, "use", "exclusion_reason", "source", "note", "level", "value_unit", "censored"}
)
_RESERVED = frozenset(
    {"x", "x_high", "n", "person", "dose_range", "sample_below_loq", "sample", "chain", "draw", "row"}
    | {f"exposure_{name}" for name in ("low", "high", "error", "spread")}
)


def check_parts(spec: ModelSpec) -> None:
    """Check that the parts of a specification fit together.

    Raises
    ------
    ValueError
        If they do not; the message starts with the path of the key.
    """
    for check in (_curve, _names, _scans, _exposures, _selectivity, _kinetics):
        check(spec)


def _curve(spec: ModelSpec) -> None:
    if spec.curve not in CURVES:
        raise ValueError(f"curve: there is no curve {spec.curve!r}. {nearest(spec.curve, CURVES)}")
    for name in CURVE_DEFAULTS:
        is_free = getattr(spec, name) not in (None, Parameter(fixed=1.0))
        if is_free and name not in CURVES[spec.curve].parameters:
            owner = next(curve.name for curve in CURVES.values() if name in curve.parameters)
            raise ValueError(f"{name}: the {spec.curve} curve has none; write curve = {owner!r} to free it")
    for name in ("competition", "selectivity"):
        if getattr(spec, name) and not CURVES[spec.curve].is_one_site:
            raise ValueError(
                f"{name}: assumes one EC50 at a target, but the {spec.curve} curve has two; remove it, "
                "or write curve = 'emax'"
            )
    for name, (low, high, words) in _RANGES.items():
        parameter = getattr(spec, name)
        if parameter and parameter.fixed is not None and not low < parameter.fixed <= high:
            raise ValueError(f"{name}: is fixed at {parameter.fixed:g}; {words}")
    for name, parameter in (spec.parameters | spec.scan_parameters).items():
        if name != "ec50" and parameter.people is not None:
            raise ValueError(f"{name}.people: people differ in EC50 only; pool {name} by subject instead")


def _names(spec: ModelSpec) -> None:
    for factor in spec.factors:
        if factor in _NOT_FACTORS:
            raise ValueError(f"{factor!r} cannot be a factor; list columns of numbers under covariates")
    covariates = [column for _, column, _ in spec.covariates()]
    for name in (*spec.factors, *covariates, *spec.competition):
        if name in _RESERVED or "/" in name:
            raise ValueError(f"{name!r} is reserved by petfit or contains a slash; rename it")
    for name in set(covariates) & set(spec.factors):
        raise ValueError(f"{name!r} cannot be both a factor and a covariate")


def _scans(spec: ModelSpec) -> None:
    if spec.baseline is None and (spec.nondisplaceable or spec.scan_noise):
        raise ValueError("baseline: is missing; a model of scans needs it")
    if spec.baseline is not None and spec.emax.fixed is not None and spec.emax.fixed > 1:
        raise ValueError("emax: is fixed above 1, where the expected BP_ND of a scan is negative")


def _exposures(spec: ModelSpec) -> None:
    for drug, dose in spec.reference_doses.items():
        if not 0 < dose < float("inf"):
            raise ValueError(f"reference_doses.{drug}: must be above 0, not {dose}")
    for name in SHARES:
        prior = getattr(spec, name)
        if prior is not None and prior.family.support != "unit":
            raise ValueError(f"{name}: a share lies between 0 and 1; use Beta, not {prior.dist}")


def _selectivity(spec: ModelSpec) -> None:
    firsts = sorted({part.first for part in spec.selectivity.values()})
    if len(firsts) > 1:
        raise ValueError(f"selectivity: all targets must be from one, not {' and '.join(firsts)}")
    if firsts and firsts[0] in spec.selectivity:
        raise ValueError(f"selectivity.{firsts[0]}: a target cannot be compared with itself")
    if spec.selectivity and "target" in spec.factors:
        raise ValueError("selectivity: takes the place of the factor target; remove one of the two")


def _kinetics(spec: ModelSpec) -> None:
    if spec.exposure != "plasma":
        if spec.pk or spec.plasma:
            raise ValueError('pk: kinetics need exposure = "plasma"')
        return
    if spec.reference_doses:
        raise ValueError("reference_doses: EC50 is a plasma concentration, which has none; remove them")
    twice = [key for key in spec.ec50.terms if "regimen" in key.split(":")]
    twice += [key for key in spec.ec50.covariates if key in ("time_h", "days_on_drug")]
    if spec.pk and twice:
        raise ValueError(
            f"ec50.{twice[0]}: kinetics account for the regimen and the time after the dose; remove it"
        )
    slow = next((drug for drug, kinetics in spec.pk.items() if kinetics.koff is not None), None)
    if slow is not None and spec.curve != "emax":
        raise ValueError(
            f"pk.{slow}.koff: is defined for curve = 'emax', not {spec.curve!r}; write ke0 instead"
        )
    if slow is not None and spec.selectivity:
        raise ValueError(
            f"pk.{slow}.koff: is unknown at the second targets; remove selectivity, or write ke0 instead"
        )
    if spec.pk and spec.competition:
        raise ValueError("competition: the kinetics of a competitor are unknown; use concentrations instead")
