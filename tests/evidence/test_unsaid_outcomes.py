import pandas as pd
import pytest

from petfit.errors import EvidenceError
from petfit.evidence import read_evidence

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
