"""Reference doses: the unit of exposure of each drug in a model."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from petfit.errors import SpecError
from petfit.evidence.dosing_frequency import split_frequency
from petfit.evidence.units import days_of_unit, unit_of_days
from petfit.model.applies_to import applies_to
from petfit.model.problems import Problems
from petfit.model.specification import ModelSpec

__all__ = [
    "ReferenceDose",
    "dose_unit",
    "find_reference_doses",
    "in_reference_doses",
    "reject_misspelled_drugs",
    "with_saturable_references",
]

_MISSPELLED = 0.92
"""Smallest similarity of a misspelled name; citalopram and escitalopram are less similar than that."""


@dataclass(frozen=True)
class ReferenceDose:
    """The exposure at which ``x`` is 1.

    Parameters
    ----------
    value : float
        In `unit`.
    unit : str
        Unit of the exposures of the drug.
    origin : str
        Its origin in words, such as ``"the drug table"``.
    """

    value: float
    unit: str
    origin: str

    def in_unit(self, unit: str) -> ReferenceDose:
        """Return the same dose per other days, such as from mg/day to mg/4 weeks."""
        return replace(self, value=self.value * days_of_unit(unit) / days_of_unit(self.unit), unit=unit)


def find_reference_doses(
    spec: ModelSpec, rows: pd.DataFrame, drug_table: pd.DataFrame, problems: Problems
) -> dict[str, ReferenceDose]:
    """Return the reference dose of each drug.

    It is taken from the model, else from the drug table, else it is the geometric mean of the tested doses.
    The reference of a concentration is 1.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    rows : pandas.DataFrame
        The fitted rows with their exposures.
    drug_table : pandas.DataFrame
        The drug table; an entry is used if its unit is that of the rows.
    problems : Problems
        Collects what is wrong with drugs and units.

    Returns
    -------
    dict of str to ReferenceDose
        By drug.

    Raises
    ------
    SpecError
        If a drug was tested at dose 0 only and has no reference dose elsewhere, or if concentrations of
        several drugs differ in unit.
    """
    has_exposure = applies_to("ec50", rows) & rows["exposure_low"].notna()
    with problems.collecting():
        _check_one_unit(spec, rows[has_exposure])
    references = {}
    for drug, drug_rows in rows[has_exposure].groupby("drug"):
        with problems.collecting():
            reference = _reference(spec, str(drug), drug_rows, drug_table)
            unit = dose_unit(reference.unit, drug_rows["regimen"])
            references[str(drug)] = replace(reference, unit=unit)
    with problems.collecting():
        reject_misspelled_drugs(spec.reference_doses, set(rows["drug"][has_exposure]))
    return references


def _check_one_unit(spec: ModelSpec, rows: pd.DataFrame) -> None:
    is_given = spec.exposure != "dose" and not spec.pk
    units = sorted(set(rows["concentration_unit"])) if is_given else []
    if len(units) > 1:
        raise SpecError(f"drugs with concentrations in {' and '.join(units)} cannot be pooled. Convert them.")


def dose_unit(unit: str, regimens: Iterable[str]) -> str:
    """Return the unit of doses as it is printed: a single dose is not one per day.

    Parameters
    ----------
    unit : str
        The unit, such as mg/day.
    regimens : iterable of str
        The regimens under which the doses were given.

    Examples
    --------
    >>> dose_unit("mg/day", ["single"]), dose_unit("mg/day", ["single", "repeated"])
    ('mg', 'mg/day')
    """
    is_single = all(regimen.casefold().startswith("single") for regimen in regimens)
    of_some_days = split_frequency(unit)
    return of_some_days[0] if is_single and of_some_days else unit


def with_saturable_references(spec: ModelSpec, drug_table: pd.DataFrame) -> ModelSpec:
    """Return the model with the daily dose that each saturable clearance applies to.

    Raises
    ------
    SpecError
        If neither the model nor the drug table has it.
    """
    pk = dict(spec.pk)
    for drug, kinetics in spec.pk.items():
        if kinetics.saturable is None or kinetics.saturable.reference is not None:
            continue
        reference = drug_table["reference_dose"].get(drug, float("nan"))
        if np.isnan(reference):
            raise SpecError(
                f"pk.{drug}.saturable: the dose that the clearance applies to is unknown. Write reference, "
                "in mg per day."
            )
        saturable = kinetics.saturable.model_copy(update={"reference": float(reference)})
        pk[drug] = kinetics.model_copy(update={"saturable": saturable})
    return spec.model_copy(update={"pk": pk})


def in_reference_doses(rows: pd.DataFrame, reference_doses: dict[str, ReferenceDose]) -> pd.DataFrame:
    """Return the rows with their exposures in reference doses, in the columns ``x`` and ``x_high``.

    Parameters
    ----------
    rows : pandas.DataFrame
        The fitted rows with their exposures.
    reference_doses : dict of str to ReferenceDose
        By drug. Drugs without one, in baseline scans only, have exposure 0.
    """
    values = {drug: reference.value for drug, reference in reference_doses.items()}
    reference = rows["drug"].map(values).fillna(1.0)
    return rows.assign(x=rows["exposure_low"] / reference, x_high=rows["exposure_high"] / reference)


def reject_misspelled_drugs(named: Iterable[str], drugs: Iterable[str]) -> None:
    """Reject reference doses for misspelled drug names, which would otherwise be ignored.

    Parameters
    ----------
    named : iterable of str
        The drugs that a model gives reference doses for.
    drugs : iterable of str
        The drugs in the fitted rows.

    Raises
    ------
    SpecError
        If a name differs only by case or by a misspelled word from a drug without a reference dose.
        Other formulations and isomers are different drugs.

    Examples
    --------
    >>> reject_misspelled_drugs(["quetiapine XR", "citalopram"], ["quetiapine IR", "escitalopram"])
    >>> reject_misspelled_drugs(["sertralin"], ["sertraline"])
    Traceback (most recent call last):
    petfit.errors.SpecError: reference_doses: no fitted row has the drug 'sertralin', and the model gives ...
    """
    given, known = set(named), set(drugs)
    for name in sorted(given - known):
        for drug in sorted(known - given):
            if _is_misspelling(name, drug):
                raise SpecError(
                    f"reference_doses: no fitted row has the drug {name!r}, and the model gives none for "
                    f"{drug!r}. Spell it as the table does, or leave it out."
                )


def _is_misspelling(name: str, drug: str) -> bool:
    words, others = name.casefold().split(), drug.casefold().split()
    different = [pair for pair in zip(words, others, strict=False) if pair[0] != pair[1]]
    if len(words) != len(others) or len(different) > 1:
        return False
    return all(
        word.isalpha()
        and other.isalpha()
        and difflib.SequenceMatcher(None, word, other).ratio() >= _MISSPELLED
        for word, other in different
    )


def _reference(spec: ModelSpec, drug: str, rows: pd.DataFrame, drug_table: pd.DataFrame) -> ReferenceDose:
    if spec.pk:
        return ReferenceDose(1.0, "ng/mL", "one unit of concentration")
    if spec.exposure != "dose":
        unit = rows["concentration_unit"].iloc[0]
        if not unit:
            raise SpecError(
                f"{drug} has concentrations without a unit. Add a column concentration_unit, or give the "
                "unit of all rows: --set concentration_unit=ng/mL, or nM."
            )
        return ReferenceDose(1.0, unit, "one unit of concentration")
    unit = rows["dose_unit"].iloc[0]
    days = days_of_unit(unit)
    if drug in spec.reference_doses:
        return ReferenceDose(spec.reference_doses[drug] * days, unit, "the model")
    is_listed = (drug_table.index == drug) & (drug_table["dose_unit"] == unit_of_days(unit, 1))
    listed = drug_table["reference_dose"][is_listed].dropna()
    if len(listed):
        return ReferenceDose(float(listed.iloc[0]) * days, unit, "the drug table")
    ends = pd.concat([rows["exposure_low"], rows["exposure_high"]])
    doses = ends[ends > 0]
    if doses.empty:
        raise SpecError(
            f"{drug} was given at dose 0 only. Add rows with a dose, or its reference dose to the model."
        )
    return ReferenceDose(float(np.exp(np.log(doses).mean())), unit, "geometric mean of the tested doses")
