"""Concentrations in ng/mL, for models that compare them with doses in mg."""

from __future__ import annotations

import pandas as pd

from petfit.errors import SpecError
from petfit.model.applies_to import applies_to

__all__ = ["in_mass_units"]

_COLUMNS = ("concentration", "concentration_sd", "concentration_loq")


def in_mass_units(rows: pd.DataFrame, drug_table: pd.DataFrame) -> pd.DataFrame:
    """Return rows with their concentrations in ng/mL.

    Parameters
    ----------
    rows : pandas.DataFrame
        The fitted rows.
    drug_table : pandas.DataFrame
        The drug table, with the molar mass (g/mol) that converts nmol/L.

    Raises
    ------
    SpecError
        If a concentration has no unit, or one in nmol/L belongs to a drug of unknown molar mass.

    Examples
    --------
    >>> row = pd.DataFrame({"drug": ["A"], "concentration": [100.0], "concentration_unit": ["nmol/L"]})
    >>> row = row.assign(concentration_sd=10.0, concentration_loq=float("nan"), level="subject")
    >>> in_mass_units(row, pd.DataFrame({"molar_mass": [300.0]}, index=["A"]))["concentration"].tolist()
    [30.0]
    """
    has_any = applies_to("ec50", rows) & rows[list(_COLUMNS)].notna().any(axis=1)
    for where, unit in rows.loc[has_any, "concentration_unit"].items():
        if not unit:
            raise SpecError(f"{where}: the concentration has no unit. Write it in concentration_unit.")
    is_molar = has_any & (rows["concentration_unit"] == "nmol/L")
    factors = rows["drug"].map(drug_table["molar_mass"]) / 1000.0
    unknown = rows.index[is_molar & factors.isna()]
    if len(unknown):
        drug = rows.loc[unknown[0], "drug"]
        raise SpecError(
            f"{unknown[0]}: the concentration of {drug} is in nmol/L, and its dose in mg. Add its molar mass "
            "to the drug table, or convert the concentration to ng/mL."
        )
    converted = rows[list(_COLUMNS)].mul(factors.where(is_molar, 1.0), axis=0)
    return rows.assign(**converted, concentration_unit=rows["concentration_unit"].where(~is_molar, "ng/mL"))
