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


@pytest.mark.parametrize(
    ("column", "label"),
    [
        ("n", "Age"),
        ("n", "time (h)"),
        ("sd", "Mean"),
        ("sd", "Dose SD"),
        ("se", "p value"),
        ("dose", "weight"),
        ("value", "Emax"),
    ],
)
def test_a_number_mapped_to_another_is_refused(column, label):
    left_out = {"dose": ["dose"], "value": ["occupancy"], "n": ["n"]}.get(column, [])
    with pytest.raises(EvidenceError, match=f"mapped to {column}, and its name is of other numbers"):
        read_content(ROWS.format(label), columns={column: label}, ignore=left_out)


@pytest.mark.parametrize("label", ["Std dev", "spread", "s.d. of people", "SD or SEM"])
def test_a_statistic_mapped_to_itself_is_read(label):
    assert read_content(ROWS.format(label), columns={"sd": label}).table["sd"].tolist() == [0.1, 0.12]


def test_medians_mapped_to_means_are_said():
    evidence = read_content("drug,dose,Median,n\nx,10,0.5,6\n", columns={"value": "Median"})
    assert "value: the medians in 'Median' are taken for means, as asked" in evidence.assumptions


@pytest.mark.parametrize("label", ["ln BPND", "log10 VT", "logit occupancy", "LogBP"])
def test_transformed_values_are_refused(label):
    with pytest.raises(EvidenceError, match="transformed values"):
        read_content(f"subject,drug,dose,{label}\n1,x,0,1.1\n", columns={"value": label})


def test_suvr_is_read_as_dvr_and_never_as_bp_nd():
    rows = "subject,drug,dose,SUVR\n1,x,0,3.1\n1,x,10,2.0\n"
    wide = rows.replace("SUVR", "SUVR putamen")
    for text, options in ((rows, {"columns": {"value": "SUVR"}}), (wide, {"wide": "region"})):
        with pytest.raises(EvidenceError, match="Use outcome='dvr'"):
            read_content(text, **options, outcome="bpnd")
        assert read_content(text, **options, outcome="dvr").table["value"].tolist() == [2.1, 1]


def test_a_number_of_people_in_the_name_of_the_means_is_not_lost():
    rows = "drug,dose,occupancy (n=6),SD\nx,5,0.3,0.05\n"
    with pytest.raises(EvidenceError, match=r"Use constants={'n': '6'}"):
        read_content(rows, columns={"value": "occupancy (n=6)"})
    evidence = read_content(rows, columns={"value": "occupancy (n=6)"}, constants={"n": "6"})
    assert evidence.table["n"].tolist() == [6]


@pytest.mark.parametrize(
    ("header", "column"),
    [("Mean dose (mg)", "dose"), ("mean Cp (ng/mL)", "concentration"), ("Mean of dose (mg)", "dose")],
)
def test_the_mean_of_an_exposure_is_read_by_its_unit(header, column):
    assert read_content(f"drug,{header},n,value\nx,7.5,6,0.5\n").table[column].tolist() == [7.5]


@pytest.mark.parametrize("label", ["Excluded", "outlier", "rejected scan"])
def test_a_column_of_rows_left_out_is_not_one_of_rows_to_use(label):
    rows = f"drug,dose,value,{label},exclusion_reason\nx,5,0.3,no,moved\nx,10,0.4,yes,moved\n"
    with pytest.raises(EvidenceError, match="which rows are left out"):
        read_content(rows, columns={"use": label})


@pytest.mark.parametrize("label", ["Okkupanz ± SD [%]", "Okkupanz (SD) %"])
def test_a_mapped_name_of_means_with_their_sd_is_split(label):
    rows = f'drug;dose;n;"{label}"\nx;10;6;45,3 ± 6,1\n' if "±" in label else ""
    rows = rows or f'drug;dose;n;"{label}"\nx;10;6;45,3 (6,1)\n'
    table = read_content(rows, columns={"value": label}, constants={"value_unit": "percent"}).table
    assert (table["value"].item(), table["sd"].item()) == (pytest.approx(0.453), pytest.approx(0.061))
