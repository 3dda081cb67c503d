import pandas as pd

import petfit
from petfit.model.unused_priors import unused_priors
from tests.helpers import make_design

PEOPLE = pd.DataFrame(
    {
        "subject": list("abcd"),
        "drug": "sertraline",
        "regimen": "single",
        "region": "striatum",
        "tracer": "[11C]DASB",
        "dose": [10.0, 20.0, 50.0, 100.0],
        "dose_unit": "mg/day",
        "value": [0.3, 0.5, 0.7, 0.8],
        "time_h": 4.0,
    }
)


def test_kinetics_of_other_drugs_and_of_plasma_without_samples_are_unused():
    unused = unused_priors(make_design(petfit.read_model("ssri_pk"), PEOPLE))
    assert {"plasma.study", "below_loq", "pk.paroxetine.clearance"} <= unused
    assert not any("sertraline" in path or path.startswith(("ec50", "emax", "noise")) for path in unused)


def test_baselines_without_scans_are_unused():
    unused = unused_priors(make_design(petfit.read_model("scan"), PEOPLE.drop(columns="regimen")))
    assert {path.split(".")[0] for path in unused} == {"baseline", "scan_noise"}
