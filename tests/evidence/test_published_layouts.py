"""Tables as papers, sheets and programs print them are read rightly or refused with a remedy."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from petfit.errors import EvidenceError, PetfitError
from petfit.evidence import read_evidence
from tests.evidence.tables import read_content, refusal_of

CASES = Path(__file__).parents[1] / "cases"


def refusal(source, **options):
    """Return the message with which a table is refused."""
    with pytest.raises(PetfitError) as caught:
        read_evidence(source, **options)
    return caught.value.in_shell


# --- uncertainty as printed ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "options"), [("ci_cols.csv", {}), ("ci_low_high.csv", {"constants": {"ci_prob": "0.95"}})]
)
def test_an_interval_of_a_mean_becomes_its_standard_error(file, options):
    evidence = read_evidence(CASES / "group-with-ci" / file, **options)
    half_widths = np.array([0.10, 0.08, 0.06])
    np.testing.assert_allclose(evidence.table["se"], half_widths / t.ppf(0.975, 5))
    assert any("95 %" in sentence for sentence in evidence.assumptions)


@pytest.mark.parametrize(
    "names", ["LCI,UCI", "lower95,upper95", "conf.low,conf.high", "occ_ci_low,occ_ci_high"]
)
def test_the_ends_of_an_interval_have_many_names(names):
    table = read_content(f"drug,dose,n,occ,{names}\nA,5,6,0.5,0.4,0.6\n").table
    assert table["se"].tolist() == [pytest.approx(0.1 / t.ppf(0.975, 5))]


def test_an_interval_of_one_person_is_that_of_a_normal_distribution():
    table = read_content("subject,drug,dose,value,ci_low,ci_high\n1,A,5,0.5,0.4,0.6\n").table
    assert table["level"].tolist() == ["subject"]
    assert table["se"].tolist() == [pytest.approx(0.1 / 1.959964)]


def test_a_median_is_read_beside_its_quartiles():
    rows = read_content("drug,dose,n,Median (Q1-Q3)\nA,5,25,0.5 (0.4-0.6)\n").table
    columns = read_content("drug,dose,n,median,q1,q3\nA,5,25,0.5,0.4,0.6\n").table
    assert rows[["value", "sd"]].equals(columns[["value", "sd"]])


def test_low_and_high_of_a_group_are_asked_about():
    message = refusal(CASES / "group-with-ci" / "ci_low_high.csv")
    assert "--set ci_prob=0.95" in message


def test_a_sem_column_is_a_standard_error():
    table = read_evidence(CASES / "group-with-ci" / "sem.csv").table
    assert table["se"].tolist() == [0.04, 0.03, 0.02]
    assert table["value"].tolist() == [0.40, 0.66, 0.80]


def test_the_probability_of_an_interval_is_read_from_its_name():
    text = "drug,dose,value,n,90% CI lower,90% CI upper\nA,5,0.5,6,0.4,0.6\n"
    assert read_content(text).table["se"].item() == pytest.approx(0.1 / t.ppf(0.95, 5))


def test_a_median_with_quartiles_is_converted():
    table = read_content("drug,dose,n,median,q1,q3\nA,5,25,0.5,0.4,0.6\n").table
    assert table["value"].item() == pytest.approx(0.5)
    assert table["sd"].item() == pytest.approx(0.2 / 1.2721, rel=1e-3)  # Wan 2014, equation 15
    ranged = read_content(
        "drug,dose,n,median,min,max\nA,5,25,50,30,70\n", constants={"value_unit": "percent"}
    )
    assert ranged.table["value"].item() == pytest.approx(0.5)
    assert ranged.table["sd"].item() == pytest.approx(0.4 / 3.9302, rel=1e-2)  # Wan 2014, table 1


@pytest.mark.parametrize(
    "text",
    [
        "drug,dose,n,median,IQR\nA,5,8,0.40,0.12\n",
        "drug,dose,n,Median (IQR)\nA,5,8,0.40 (0.12)\n",
        "drug,dose,n,mean,interquartile range\nA,5,8,0.40,0.12\n",
    ],
)
def test_the_distance_of_the_quartiles_gives_the_sd(text):
    evidence = read_content(text)
    assert evidence.table["value"].item() == pytest.approx(0.4)
    assert evidence.table["sd"].item() == pytest.approx(0.12 / 1.1192, rel=1e-3)  # Wan 2014, equation 16
    assert any("as only their distance is given" in sentence for sentence in evidence.assumptions)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("drug,dose,value,ci_low,ci_high\nA,5,0.5,0.4,0.6\n", "number of people"),
        ("drug,dose,median,q1,q3\nA,5,0.5,0.4,0.6\n", "number of people"),
        ("drug,dose,n,median\nA,5,6,0.5\n", "q1 and q3, or min and max"),
        ("drug,dose,n,median,q1,q3\nA,5,6,0.5,0.6,0.4\n", "in this order"),
        ("drug,dose,n,value,ci_low,ci_high\nA,5,6,0.5,0.45,0.8\n", "not in the middle"),
        ("drug,dose,n,value,sd,ci_low,ci_high\nA,5,6,0.5,0.4,0.4,0.6\n", "does not agree"),
    ],
)
def test_an_undefined_conversion_is_refused(text, expected):
    assert expected in refusal_of(text)


def test_an_interval_beside_an_sd_or_sem_needs_no_number_of_people():
    evidence = read_content("drug,dose,value,SEM,ci_low,ci_high\nA,5,0.5,0.05,0.4,0.6\n")
    assert evidence.table[["value", "se"]].to_numpy().tolist() == [[0.5, 0.05]]
    assert any("not used beside the mean" in sentence for sentence in evidence.assumptions)


def test_a_number_is_quoted_as_it_was_given():
    text = refusal_of("drug,dose,median (%),q1 (%),q3 (%),n\nA,5,72,75,80,8\n")
    assert "seen: '75, 72, 80'" in text


def test_a_median_beside_a_mean_and_an_sd_is_not_used_and_said():
    evidence = read_content("drug,dose,n,mean,median,sd\nA,5,6,0.5,0.48,0.1\n")
    assert evidence.table[["value", "sd"]].to_numpy().tolist() == [[0.5, 0.1]]
    assert any("is not used beside the mean" in sentence for sentence in evidence.assumptions)


@pytest.mark.parametrize("cell", ["6", "n = 6", "N=6", "(n=6)", "6 subjects"])
def test_a_number_of_people_is_read_as_printed(cell):
    assert read_content(f"drug,dose,value,sd,n\nA,5,0.5,0.1,{cell}\n").table["n"].item() == 6


def test_a_number_of_people_is_read_from_the_names_of_groups():
    rows = "cohort,drug,dose,value,sd\nlow (n=6),A,5,0.5,0.1\nhigh (n = 8),A,9,0.6,0.1\n"
    evidence = read_content(rows)
    assert evidence.table["n"].tolist() == [6, 8]
    assert "n read from the names in cohort" in evidence.assumptions


def test_a_drug_is_not_named_by_its_number_of_people():
    message = refusal_of("drug,dose,value\nA (n=6),5,0.5\nA (n=8),9,0.6\n")
    assert "Write 6 in n instead" in message


def test_a_number_of_people_in_a_name_is_not_that_of_each_person():
    rows = "cohort,drug,dose,value\nlow (n=2),A,5,0.5\nlow (n=2),A,5,0.6\n"
    assert set(read_content(rows).table["level"]) == {"subject"}


def test_a_group_without_n_is_read():
    table = read_content("drug,dose,value,sd\nA,5,0.5,0.1\nA,9,0.6,0.1\n").table
    assert set(table["level"]) == {"group"}
    assert all(math.isnan(n) for n in table["n"])


def test_the_standard_error_of_a_person_is_read():
    table = read_evidence(CASES / "own-standard-error" / "lassen.csv").table
    assert set(table["level"]) == {"subject"}
    assert table["se"].tolist() == [0.02, 0.20, 0.01, 0.01, 0.25]


# --- foreign sheets -----------------------------------------------------------------------------


def test_other_sheets_are_named():
    path = CASES / "excel-headers" / "readme_first.xlsx"
    assert '--sheet "Data"' in refusal(path)
    assert read_evidence(path, sheet="Data").table["value"].tolist() == [0.16, 0.33, 0.61]


@pytest.mark.parametrize(
    "legend",
    [
        "* measured 4 h after the dose",
        "SD, standard deviation; BP, binding potential.\nData are means, n = 3.",
        "Abbreviations: BP, binding potential\n* 4 h after the dose\nValues are means, by group, of all",
    ],
)
def test_a_legend_with_commas_is_left_out(legend):
    rows = "subject,drug,dose,value\n1,x,10,0.4\n2,x,20,0.5*\n"
    evidence = read_content(rows + legend)
    assert evidence.table["value"].tolist() == [0.4, 0.5]
    assert sum("left out as a footnote" in sentence for sentence in evidence.assumptions) == 1 + legend.count(
        "\n"
    )


@pytest.mark.parametrize("header", [None, 3])
def test_titles_and_footnotes_are_left_out_and_said(header):
    evidence = read_evidence(CASES / "excel-headers" / "title_footer.xlsx", header=header)
    assert evidence.table["value"].tolist() == [0.16, 0.33, 0.41]
    assert any("footnote" in sentence for sentence in evidence.assumptions)
    assert any("above" in sentence for sentence in evidence.assumptions)


def test_the_row_of_the_header_is_suggested_and_can_be_named():
    text = "Table 2,fitted by us\n\ndrug,dose,value\nA,5,0.4\n"
    assert "--header 3" in refusal_of(text)
    assert read_content(text, header=3).table.index.tolist() == ["line 4"]


def test_a_row_of_units_is_read():
    evidence = read_evidence(CASES / "excel-headers" / "units_row.xlsx")
    assert evidence.table["value"].tolist() == [0.16, 0.33, 0.61]
    percent = read_content("drug,dose,value\n,(mg),(%)\nA,5,40\nA,9,60\n")
    assert percent.table["value"].tolist() == [0.4, 0.6]
    assert "time_h" in refusal_of("drug,dose,value,time_h\n,(mg),(%),(furlong)\nA,5,40,3\n")


def test_constants_fill_what_the_sheet_does_not_say():
    text = "dose,value\n5,40\n9,60\n"
    table = read_content(text, constants={"drug": "BU224", "value_unit": "percent"}).table
    assert table["drug"].tolist() == ["BU224", "BU224"]
    assert table["value"].tolist() == [0.4, 0.6]
    assert "Did you mean 'drug'?" in refusal_of(text, constants={"drugg": "A"})
    assert "given for every row" in refusal_of("drug,dose,value\nB,5,0.4\n", constants={"drug": "A"})


def test_columns_are_ignored_by_pattern():
    text = "drug,dose,value,Comment 1,Comment 2\nA,5,0.4,x,y\n"
    assert len(read_content(text, ignore=["Comment*"]).table) == 1
    assert "no such column" in refusal_of(text, ignore=["Note*"])


def test_a_header_is_refused_once_with_its_cure():
    with pytest.raises(EvidenceError) as caught:
        read_content("Agent,mg per day,Sex,RO\nA,5,F,0.4\n")
    message = caught.value.in_shell
    assert len(caught.value.problems) == 1
    assert "drug=Agent" in message
    assert '--columns "dose=mg per day,drug=Agent" --ignore "Sex"' in message
    assert "Did you mean" not in message


# --- BIDS ---------------------------------------------------------------------------------------

BLOCKED = CASES / "bids-blocked-session" / "ds"
TWO_OUTCOMES = CASES / "two-compartment-output" / "ds"


def test_a_blocked_session_without_a_drug_is_refused():
    message = refusal(BLOCKED)
    assert "ses-blocked" in message
    assert "sub-02" in message
    assert "PharmaceuticalName" in message
    assert "sub-01" not in message


def test_the_outcome_is_chosen():
    assert "--outcome" in refusal(TWO_OUTCOMES)
    volumes, potentials = (read_evidence(TWO_OUTCOMES, outcome=name) for name in ("vt", "bpnd"))
    assert volumes.table["value"].iloc[0] == 1.89
    assert potentials.table["value"].iloc[0] == 1.1
    assert set(volumes.table["outcome"]) == {"vt"}
    assert volumes.table["session"].unique().tolist() == ["baseline", "blocked"]
    assert any("session read from" in sentence for sentence in volumes.assumptions)


def test_pandas_frames_have_no_header_line():
    assert "Leave out header" in refusal(pd.DataFrame({"drug": ["A"], "dose": [5], "value": [0.4]}), header=2)


def test_a_header_in_two_rows_is_refused_with_the_option_that_joins_them():
    rows = ",,putamen,,caudate,\ndrug,dose,mean,sd,mean,sd\nA,5,45,5,44,4\nA,9,55,6,52,5\n"
    assert "use --header 1-2, with --wide region" in refusal_of(rows)
    options = {"header": "1-2", "wide": "region", "constants": {"value_unit": "percent", "n": "5"}}
    table = read_content(rows, **options).table
    assert table["region"].tolist() == ["putamen", "caudate"] * 2
    assert table["sd"].tolist() == [0.05, 0.04, 0.06, 0.05]
