"""Columns mapped to another statistic than their name says."""

import pytest

from petfit.errors import EvidenceError
from tests.evidence.tables import read_content

ROWS = "drug,dose,occupancy,{},n\nx,10,0.5,0.1,6\nx,20,0.6,0.12,6\n"


@pytest.mark.parametrize(
    ("column", "label", "said"),
    [
        ("sd", "SEM", "SE"),
        ("se", "SD", "SD"),
        ("sd", "95% CI", "CI"),
        ("sd", "%CV", "CV"),
        ("sd", "SD (% of mean)", "CV"),
        ("sd", "IQR", "IQR"),
        ("sd", "variance", "variance"),
    ],
)
def test_a_statistic_mapped_to_another_is_refused(column, label, said):
    with pytest.raises(EvidenceError, match=f"its name says {said}"):
        read_content(ROWS.format(label), columns={column: label})


@pytest.mark.parametrize("label", ["Std dev", "spread", "s.d. of people", "SD or SEM"])
def test_a_statistic_mapped_to_itself_is_read(label):
    assert read_content(ROWS.format(label), columns={"sd": label}).table["sd"].tolist() == [0.1, 0.12]


def test_medians_mapped_to_means_are_said():
    evidence = read_content("drug,dose,Median,n\nx,10,0.5,6\n", columns={"value": "Median"})
    assert "value: the medians in 'Median' are taken for means, as asked" in evidence.assumptions
