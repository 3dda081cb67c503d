import pandas as pd
import pytest

from petfit.errors import EvidenceError
from petfit.evidence import read_evidence
from tests.evidence.tables import read_content, refusal_of

DOSES = [1.0, 5.0, 20.0, 100.0]


def table_of(values):
    return pd.DataFrame({"drug": "A", "dose": DOSES, "value": values})


def test_noise_takes_an_occupancy_that_rises_with_dose_above_1():
    assert read_evidence(table_of([0.2, 0.6, 0.9, 1.04])).table["value"].tolist() == [0.2, 0.6, 0.9, 1.04]


def test_numbers_that_fall_with_dose_may_be_what_remains_of_the_binding():
    table = table_of([0.9, 0.7, 0.45, 0.2])
    with pytest.raises(EvidenceError, match="outcome='remaining'"):
        read_evidence(table)
    assert read_evidence(table, outcome="occupancy").table["value"].tolist() == [0.9, 0.7, 0.45, 0.2]
    assert len(read_evidence(table_of([0.9, 0.8, 0.85, 0.8])).table) == 4
    percent = pd.DataFrame({"drug": "A", "dose": [0, 5, 40], "value": [100, 65, 30], "value_unit": "%"})
    two_doses = pd.DataFrame({"drug": "A", "dose": [5, 5, 40, 40], "value": [0.65, 0.62, 0.3, 0.25]})
    for other in (percent, percent.head(2), two_doses):
        with pytest.raises(EvidenceError, match="outcome='remaining'"):
            read_evidence(other)


@pytest.mark.parametrize("values", [[1.1, 0.8, 0.5, 0.3], [0.2, 0.6, 0.9, 1.4], [1.1, 1.1, 1.1, 1.1]])
def test_numbers_above_1_that_fall_with_dose_or_exceed_noise_are_asked_about(values):
    with pytest.raises(EvidenceError, match="occupancies or scans"):
        read_evidence(table_of(values))


@pytest.mark.parametrize("header", ["occupancy", "SERT occupancy", "Occ (%)", "RO"])
def test_values_called_occupancies_that_look_like_changes_or_what_remains_are_asked_about(header):
    changes = f"drug,dose,{header}\nx,10,-45\nx,20,-60\n"
    assert "--outcome change" in refusal_of(changes)
    assert read_content(changes, outcome="change").table["value"].tolist() == [0.45, 0.6]
    assert read_content(changes, outcome="occupancy").table["value"].tolist() == [-0.45, -0.6]
    remaining = f"drug,dose,{header}\nx,0,100\nx,10,55\nx,20,40\nx,40,30\n"
    assert "--outcome remaining" in refusal_of(remaining)


@pytest.mark.parametrize("header", ["occupancy (%)", "BP reduction (%)"])
def test_occupancies_that_are_all_negative_are_asked_about(header):
    table = pd.DataFrame({"drug": "A", "dose": [5, 40], header: [-45, -66]})
    with pytest.raises(EvidenceError, match="every value with the drug is negative"):
        read_evidence(table)
    assert read_evidence(table, outcome="change").table["value"].tolist() == [0.45, 0.66]
    assert read_evidence(table, outcome="occupancy").table["value"].tolist() == [-0.45, -0.66]
