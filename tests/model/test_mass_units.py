import numpy as np
import pandas as pd
import pytest

from petfit.errors import SpecError
from petfit.model.mass_units import in_mass_units

ROW = {
    "drug": "A",
    "concentration": 100.0,
    "concentration_sd": 10.0,
    "concentration_loq": np.nan,
    "level": "group",
}
DRUGS = pd.DataFrame({"molar_mass": [300.0]}, index=["A"])


def rows(**changes):
    return pd.DataFrame([{**ROW, **changes}], index=["line 2"])


def test_amounts_become_masses_and_masses_stay():
    molar = in_mass_units(rows(concentration_unit="nmol/L"), DRUGS)
    assert molar[["concentration", "concentration_sd", "concentration_unit"]].iloc[0].tolist() == [
        30.0,
        3.0,
        "ng/mL",
    ]
    mass = in_mass_units(rows(concentration_unit="ng/mL"), DRUGS)
    assert mass["concentration"].tolist() == [100.0]


def test_a_molar_mass_that_is_missing_is_asked_for():
    with pytest.raises(SpecError, match="line 2: the concentration of B is in nmol/L"):
        in_mass_units(rows(drug="B", concentration_unit="nmol/L"), DRUGS)


def test_a_concentration_without_a_unit_is_refused():
    with pytest.raises(SpecError, match="line 2: the concentration has no unit"):
        in_mass_units(rows(concentration_unit=""), DRUGS)
