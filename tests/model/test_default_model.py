import pandas as pd
import pytest

from petfit.evidence import read_evidence
from petfit.model.default_model import default_model

GROUPS = pd.DataFrame({"drug": "A", "dose": [5.0, 10.0, 20.0], "value": [0.4, 0.5, 0.6], "sd": 0.1, "n": 6})
STUDIES, REGIONS = ["S1", "S2", "S3"], ["putamen", "caudate", "putamen"]
PEOPLE = GROUPS.drop(columns=["sd", "n"]).assign(subject=["1", "1", "2"], region=REGIONS)
SCANS = pd.DataFrame({"drug": "A", "subject": "1", "dose": [0.0, 5.0], "value": [9.0, 5.0]})
PLASMA = {"concentration": [3.0, 9.0, 30.0], "concentration_unit": "ng/mL"}


@pytest.mark.parametrize(
    ("table", "name", "reason"),
    [
        (GROUPS, "emax", "one study"),
        (GROUPS.assign(study=STUDIES), "meta_analysis", "3 studies"),
        (GROUPS.assign(study=STUDIES, region=REGIONS), "meta_analysis", "3 studies"),
        (GROUPS.assign(region=REGIONS), "emax", "one study"),
        (PEOPLE, "individual", "2 regions"),
        (PEOPLE.assign(drug=["A", "A", "B"]), "emax", "one study"),
        (PEOPLE.assign(study=STUDIES), "meta_analysis", "3 studies"),
        (GROUPS.assign(tracer=["T1", "T2", "T1"]), "emax", "one study"),
        (GROUPS.assign(dose=10.0, **PLASMA), "emax_concentration", "each drug has one dose"),
        (GROUPS.drop(columns="dose").assign(**PLASMA), "emax_concentration", "no doses"),
        (SCANS.assign(outcome="bpnd"), "scan", "BP_ND"),
        (SCANS.assign(outcome="vt", region="putamen"), "scan_vt", "V_T"),
        ("fluvoxamine_occupancy", "emax_concentration", "one dose"),
        ("sert_occupancy", "ssri", "made for this table"),
    ],
)
def test_the_model_is_chosen_from_the_table_with_its_reason(table, name, reason):
    chosen = default_model(read_evidence(table))
    assert chosen.name == name
    assert reason in chosen.reason
