"""Tables as people have them: read with the right numbers, or refused with what to write."""

from pathlib import Path

import pandas as pd
import pytest

from petfit.errors import EvidenceError
from petfit.evidence import read_evidence
from tests.evidence.tables import read_content, refusal_of

CASES = Path(__file__).parents[1] / "cases"


def read_case(name):
    return read_evidence(CASES / name)


def refusal(read, *arguments, **options):
    with pytest.raises(EvidenceError) as caught:
        read(*arguments, **options)
    return caught.value.in_shell


def test_na_as_a_subject_is_an_unnamed_person():
    assert read_case("na-as-text/anon_na.csv").hash == read_case("na-as-text/anon_empty.csv").hash


def test_the_index_column_of_r_and_pandas_is_left_out_and_said():
    evidence = read_case("na-as-text/pandas_index.csv")
    assert evidence.table["value"].tolist() == [0.3, 0.6, 0.8]
    assert any("numbers the rows" in sentence for sentence in evidence.assumptions)


@pytest.mark.parametrize("header", ["", "Unnamed: 0"])
def test_a_dataframe_with_an_index_column_reads_without_it(header):
    frame = pd.DataFrame({header: [1, 2], "drug": "x", "dose": [5, 6], "value": 0.4})
    assert read_evidence(frame).hash == read_evidence(frame.drop(columns=header)).hash


@pytest.mark.parametrize("labels", [("7", "9"), ("3", "0")])
def test_the_labels_of_selected_or_sorted_rows_are_left_out_too(labels):
    first, second = labels
    evidence = read_content(f",drug,dose,value\n{first},x,5,0.3\n{second},x,6,0.4\n")
    assert evidence.hash == read_content("drug,dose,value\nx,5,0.3\nx,6,0.4\n").hash


def test_a_nameless_column_that_does_not_number_the_rows_is_refused_by_a_name_of_its_own():
    text = ",drug,dose,value\nS1,x,5,0.3\nS2,x,6,0.4\n"
    assert '--ignore "unnamed 1"' in refusal(read_content, text)
    assert read_content(text, columns={"subject": "unnamed 1"}).table["subject"].tolist() == ["S1", "S2"]


def test_headers_in_capitals_are_read_and_said():
    evidence = read_case("names-and-case/caps.csv")
    assert evidence.table["dose"].tolist() == [5, 10, 40]
    assert any("'Drug' as drug" in sentence for sentence in evidence.assumptions)


def test_spellings_of_one_drug_are_one_drug():
    evidence = read_case("names-and-case/drugcase.csv")
    assert evidence.hash == read_case("names-and-case/drugcase_ok.csv").hash
    assert any("'CITALOPRAM' read as 'citalopram'" in sentence for sentence in evidence.assumptions)


@pytest.mark.parametrize("column", ["subject", "cohort"])
def test_people_whose_names_differ_only_in_spelling_are_asked_about(column):
    text = refusal(read_content, f"{column},drug,dose,value\nS-1,x,5,0.4\ns1,x,6,0.5\n")
    assert "differ only in case" in text


def test_drugs_a_letter_apart_are_asked_about():
    text = refusal(read_content, "drug,dose,value\nsertraline,50,0.7\nsertralin,50,0.8\n")
    assert "a letter away from 'sertraline'" in text


def test_citalopram_and_escitalopram_are_two_drugs():
    table = read_content("drug,dose,value\ncitalopram,50,0.7\nescitalopram,50,0.8\n").table
    assert table["drug"].nunique() == 2


@pytest.mark.parametrize(("case", "outcome"), [("BP_ND", "bpnd"), ("VT", "vt")])
def test_outcomes_are_read_as_the_field_writes_them(case, outcome):
    assert set(read_case(f"outcome-words/{case}.csv").table["outcome"]) == {outcome}


def test_binding_potentials_called_occupancies_are_refused():
    text = refusal(read_case, "outcome-words/Occupancy.csv")
    assert "this is no fraction" in text
    assert "a baseline is a scan" in text


def test_baseline_in_capitals_is_read_before_its_dose_is_refused():
    assert "a baseline scan is without the drug" in refusal(read_case, "outcome-words/cond_Baseline.csv")


@pytest.mark.parametrize("word", ["DVR", "k2/k2a"])
def test_a_distribution_volume_ratio_is_bp_nd_plus_1(word):
    rows = f"subject,drug,dose,outcome,value\n1,x,0,{word},3.1\n1,x,10,{word},1.7\n"
    evidence = read_content(rows)
    assert evidence.table["value"].tolist() == [2.1, 0.7]
    assert any("BP_ND = DVR - 1" in sentence for sentence in evidence.assumptions)


def test_an_sd_that_can_only_be_percent_is_percent_beside_percent_signs():
    assert read_case("percent-or-fraction/a.csv").table["sd"].tolist() == [0.08, 0.07, 0.05]


@pytest.mark.parametrize("case", ["b", "c"])
def test_an_sd_that_looks_like_a_fraction_beside_percent_is_refused(case):
    assert "line 2" in refusal(read_case, f"percent-or-fraction/{case}.csv")


@pytest.mark.parametrize("column", ["sd", "se"])
def test_a_spread_far_below_the_others_is_asked_about_in_percent(column):
    rows = f"drug,dose,n,value,{column}\nx,10,6,50,{{}}\nx,20,6,60,4\nx,40,6,70,5\n"
    percent = {"value_unit": "percent"}
    text = refusal(read_content, rows.format("0.05"), constants=percent)
    assert "Write 5 if it is a fraction, or 0.05% if it is percent" in text
    assert read_content(rows.format("0.05%"), constants=percent).table[column].iloc[0] == pytest.approx(
        0.0005
    )
    assert read_content(rows.format("0.5"), constants=percent).table[column].iloc[0] == pytest.approx(0.005)


def test_fractions_labelled_percent_are_refused():
    rows = "drug,dose,value,value_unit\nx,5,0.4,percent\nx,10,0.6,percent\n"
    assert "looks like a fraction" in refusal(read_content, rows)


def test_a_dose_twice_daily_beside_a_plain_unit_is_asked_about():
    assert "Write mg BID in dose_unit" in refusal(read_case, "twice-daily/bid_vs_qd.csv")


@pytest.mark.parametrize(
    ("unit", "dose"),
    [("mg BID", 20), ("mg TID", 30), ("mg QD", 10), ("mg daily", 10), ("mg q2w", 10 / 14), ("mg/day", 10)],
)
def test_a_unit_with_a_frequency_is_the_dose_of_a_day(unit, dose):
    evidence = read_content(f"drug,dose,dose_unit,value\nx,10,{unit},0.5\n")
    assert evidence.table["dose"].tolist() == [pytest.approx(dose)]


def test_a_regimen_with_a_dose_per_day_is_read_and_said():
    evidence = read_content("drug,dose,dose_unit,regimen,value\nx,20,mg/day,BID,0.5\n")
    assert evidence.table["dose"].tolist() == [20]
    assert "doses of regimen BID with mg/day are read as the dose of a day" in evidence.assumptions


@pytest.mark.parametrize(
    ("header", "cells"),
    [("Dose (mg),Occupancy [%]", "10,45"), ("dose_mg,Occ %", "10,45"), ("dose,value", "10 mg,45 %")],
)
def test_units_in_headers_and_cells_are_read(header, cells):
    table = read_content(f"drug,{header}\nx,{cells}\n").table
    assert (table["dose"].tolist(), table["value"].tolist()) == ([10], [0.45])


def test_units_in_cells_are_read_where_every_cell_has_one():
    assert read_case("cells-with-words/trailing_unit.csv").table["dose"].tolist() == [10, 20, 40]
    assert "this one does not" in refusal(read_content, "drug,dose,value\nx,10 mg,0.4\nx,20,0.5\n")


def test_logarithms_are_read_with_their_base_and_refused_without():
    rows = "drug,concentration,concentration_unit,value\nx,2,{} ng/mL,0.5\n"
    assert read_content(rows.format("log10")).table["concentration"].tolist() == [100]
    assert "a base not said" in refusal(read_content, rows.format("log"))


@pytest.mark.parametrize(
    ("case", "remedies"),
    [
        (
            "pm",
            ["Write 76 in value and 5 in sd", "Write 84.0 in value and 7.1 in sd", "91 in value and 3 in sd"],
        ),
        (
            "approx",
            ["Write 80, and in note", "76 in low and 85 in high"],
        ),
    ],
)
def test_cells_with_words_are_refused_with_what_to_write(case, remedies):
    text = refusal(read_case, f"cells-with-words/{case}.csv")
    for remedy in remedies:
        assert remedy in text
    assert "'>95'" not in text


def test_unreadable_rows_are_not_called_duplicates():
    assert "the same row" not in refusal(read_case, "false-duplicates/a.csv")
    assert "'~44%'" in refusal(read_case, "false-duplicates/a.csv")


def test_placebo_is_an_arm_of_the_only_drug_of_its_study():
    evidence = read_content("drug,dose,value\nx,10,0.5\nPlacebo,,0.02\n")
    assert evidence.table[["drug", "dose"]].to_numpy().tolist() == [["x", 10], ["x", 0]]
    assert any("Placebo read as dose 0 of x" in sentence for sentence in evidence.assumptions)


def test_placebo_among_several_drugs_is_asked_about():
    text = refusal(read_content, "drug,dose,value\nx,10,0.5\ny,10,0.5\nPlacebo,0,0.02\n")
    assert "Write the drug whose trial it is an arm of" in text


def test_filled_cells_that_nothing_reads_are_named():
    evidence = read_content("drug,dose,dose_low,value\nx,10,5,0.5\nx,20,,0.6\n")
    assert "dose_low is filled in 1 row and not used: the dose itself is given" in evidence.assumptions


@pytest.mark.parametrize(
    ("header", "dose", "unit"),
    [
        ("Dose (ug/kg i.v.)", 0.01, "mg/kg/day"),
        ("Dosis µg", 0.01, "mg/day"),
        ("Dosis_ug_per_kg", 0.01, "mg/kg/day"),
        ("given in grams", 10_000, "mg/day"),
        ("mg", 10, "mg/day"),
        ("Dosis", 10, "mg/day"),
    ],
)
def test_a_unit_anywhere_in_the_name_of_a_mapped_column_is_read(header, dose, unit):
    table = read_content(f"drug,{header},value\nx,10,0.4\n", columns={"dose": header}).table
    assert table["dose"].tolist() == [pytest.approx(dose)]
    assert table["dose_unit"].tolist() == [unit]


@pytest.mark.parametrize("header", ["Dose (IU)", "Activity, MBq"])
def test_a_unit_that_is_not_read_in_the_name_of_a_mapped_column_is_asked_about(header):
    rows = f'drug,"{header}",value\nx,10,0.4\n'
    assert '--set "dose_unit=mg/kg"' in refusal(read_content, rows, columns={"dose": header})
    table = read_content(rows, columns={"dose": header}, constants={"dose_unit": "mg/kg"}).table
    assert table["dose_unit"].tolist() == ["mg/kg/day"]


@pytest.mark.parametrize("header", ["% reduction in BP_ND", "BPND reduction (%)", "decrease in BP (%)"])
def test_a_reduction_of_the_binding_potential_is_the_occupancy(header):
    table = read_content(f"drug,dose,{header}\nx,10,45\n").table
    assert (table["outcome"].tolist(), table["value"].tolist()) == (["occupancy"], [0.45])


@pytest.mark.parametrize("header", ["VT reduction (%)", "% change in V_T"])
def test_a_change_of_the_volume_of_distribution_is_no_occupancy(header):
    rows = f"drug,dose,{header}\nx,10,45\n"
    assert "V_T includes V_ND" in refusal(read_content, rows, columns={"value": header})


def test_median_and_quartiles_in_a_cell_are_read_without_a_zero_before_the_point():
    table = read_content("drug,dose,Median (IQR),n\nx,10,.50 (.42-.58),25\n").table
    assert table["value"].tolist() == [pytest.approx(0.5)]
    assert table["sd"].tolist() == [pytest.approx(0.08 / 0.6373, rel=0.01)]


def test_an_interval_beside_a_mean_whose_unit_is_in_the_middle_of_the_header_is_read():
    table = read_content("drug,dose,n,Occupancy % (95% CI)\nx,10,5,45.0 (40.1\N{EN DASH}49.9)\n").table
    assert table["value"].tolist() == [0.45]
    assert table["se"].tolist() == [pytest.approx(0.049 / 2.776, rel=1e-3)]


@pytest.mark.parametrize("header", ["min,max", "occupancy range"])
def test_the_lowest_and_highest_without_a_mean_are_extremes_once_this_is_said(header):
    cells = "0.4,0.5" if "," in header else "0.4-0.5"
    rows = f"drug,dose,{header},n\nx,10,{cells},5\n"
    assert "--set level=extremes" in refusal(read_content, rows)
    table = read_content(rows, constants={"level": "extremes"}).table
    assert table[["level", "low", "high", "n"]].to_numpy().tolist() == [["extremes", 0.4, 0.5, 5]]


@pytest.mark.parametrize(
    ("header", "cells", "option"),
    [
        ("dose", "10", '--set "dose_unit=mg BID"'),
        ("Dose (mg)", "10", '--set "dose_unit=mg BID"'),
        ("dose", "10 mg", '--set "dose_unit=mg BID"'),
        ("dose,dose_unit", "10,ug", '--set "dose_unit=ug BID"'),
    ],
)
def test_a_regimen_that_all_rows_have_is_cured_by_one_option(header, cells, option):
    rows = f"drug,{header},regimen,value\nx,{cells},BID,0.4\nx,{cells},BID,0.5\n"
    assert option in refusal(read_content, rows)
    unit = option.split("=")[-1].strip('"')
    doses = read_content(rows, constants={"dose_unit": unit}).table["dose"].tolist()
    assert doses == [pytest.approx(20 if unit == "mg BID" else 0.02)] * 2


@pytest.mark.parametrize("unit", ["mg/dose", "mg per dose"])
def test_a_dose_of_each_time_is_multiplied_by_the_times_of_its_regimen(unit):
    rows = "drug,dose,regimen,value\nx,10,BID,0.4\nx,10,1-0-1,0.4\nx,10,every 12 h,0.4\nx,10,QD,0.3\nx,0,,0\n"
    assert '--set "dose_unit=mg/dose"' in refusal(read_content, rows)
    table = read_content(rows, constants={"dose_unit": unit}).table
    assert table["dose"].tolist() == [20, 20, 20, 10, 0]
    assert "does not say how often" in refusal(
        read_content, rows.replace("QD", "often"), constants={"dose_unit": unit}
    )


@pytest.mark.parametrize(
    "ends",
    [
        "lower.CL,upper.CL",
        "asymp.LCL,asymp.UCL",
        "Lower 95% CL for Mean,Upper 95% CL for Mean",
        "95% KI untere,95% KI obere",
        "IC 95% inf,IC 95% sup",
        "95% credible interval low,95% credible interval high",
    ],
)
@pytest.mark.parametrize("mean", ["emmean", "Mean", "MW", "moyenne"])
def test_the_ends_of_an_interval_are_read_as_programs_and_languages_call_them(mean, ends):
    table = read_content(f"drug,dose,n,{mean},{ends}\nx,10,8,0.32,0.26,0.38\n").table
    assert table["value"].tolist() == [0.32]
    assert table["se"].tolist() == [pytest.approx(0.06 / 2.3646, rel=1e-3)]


@pytest.mark.parametrize("name", ["DE", "D.E.", "dp", "desvio padrão"])
def test_the_standard_deviation_is_read_in_other_languages(name):
    assert read_content(f"drug,dose,value,{name},n\nx,10,0.4,0.1,6\n").table["sd"].tolist() == [0.1]


def test_what_pandas_describes_is_read_once_its_three_header_rows_are_named():
    text = (
        ",,value,value,value,value,value,value,value,value\n,,count,mean,std,min,25%,50%,75%,max\n"
        "drug,dose,,,,,,,,\nx,10,8,0.32,0.06,0.2,0.28,0.33,0.37,0.41\n"
    )
    assert "--header 1-3" in refusal(read_content, text)
    evidence = read_content(text, header="1-3")
    assert evidence.table[["value", "sd", "n"]].to_numpy().tolist() == [[0.32, 0.06, 8]]
    assert any("quartiles and range not used" in sentence for sentence in evidence.assumptions)


def test_quartiles_are_read_by_their_percent():
    table = read_content("drug,dose,n,25%,50%,75%\nx,10,9,0.4,0.5,0.6\n").table
    assert table["value"].tolist() == [pytest.approx(0.5)]


@pytest.mark.parametrize("code", ["-99", "-999", "999"])
def test_codes_of_missing_values_are_asked_about(code):
    rows = f"drug,dose,value,value_unit\nx,10,45,percent\nx,20,{code},percent\n"
    assert "a code for a missing value" in refusal(read_content, rows)


@pytest.mark.parametrize(
    ("cell", "remedy"),
    [
        ("45 ± 5 (6)", "Write 45 in value, 5 in sd (or in se, if it is an SE) and 6 in n."),
        ("45 (left)", "Write 45, and 'left' in note."),
        ("45 a", "Write 45 without the mark."),
        ('"0,45"', "Use --decimal , if all numbers have a decimal comma"),
    ],
)
def test_more_cells_with_words_are_refused_with_what_to_write(cell, remedy):
    assert remedy in refusal(read_content, f"drug,dose,value\nx,10,{cell}\n")


def test_a_problem_of_several_rows_is_one_line_with_all_of_their_places():
    text = refusal(read_content, "drug,dose,value\nx,10,nil\nx,20,0.4\nx,30,lost\n")
    assert text.count("a number belongs here") == 1
    assert "line 2, column value" in text
    assert "The same is wrong in line 4 ('lost')." in text


def test_percentiles_of_a_posterior_are_no_regions():
    rows = "drug,dose,n,Estimate,Q2.5,Q97.5\nA,20,8,0.763,0.726,0.800\n"
    assert '--columns "ci_high=Q97.5,ci_low=Q2.5,value=Estimate"' in refusal_of(rows)
    assert "a percentile" in refusal_of(rows, wide="region")


def test_statistics_are_read_as_spss_names_them():
    names = "N,Mean,Std. Deviation,Std. Error Mean"
    table = read_content(f"drug,dose,{names}\nA,20,8,0.763,0.044,0.0156\n").table
    assert table[["n", "value", "sd", "se"]].to_numpy().tolist() == [[8, 0.763, 0.044, 0.0156]]


def test_a_table_of_which_each_row_is_a_statistic_is_on_its_side():
    text = refusal_of(",5 mg,10 mg,20 mg\nMean,40,50,60\nSD,5,6,4\nn,4,4,5\n")
    assert "seems to be on its side" in text
    assert "--ignore" not in text


def test_doses_above_their_people_are_read():
    rows = "subject,value,age\n10 mg,,\n1,0.4,20\n2,0.5,30\n20 mg (n=2),,\n3,0.6,22\n4,0.7,31\n"
    assert '--columns "dose=heading"' in refusal_of(rows)
    options = {"columns": {"dose": "heading"}, "constants": {"drug": "A"}, "ignore": ["age"]}
    table = read_content(rows, **options).table
    assert table[["dose", "level"]].to_numpy().tolist() == [[dose, "subject"] for dose in (10, 10, 20, 20)]


def test_numbers_that_nothing_explains_are_quoted_as_given():
    text = refusal_of("drug,dose,value,SE,low,high\nA,20,76.3,1.56,72.6,80\n")
    for seen in ("'76.3'", "'1.56'", "'72.6 to 80'"):
        assert f"seen: {seen}" in text


def test_a_footnote_below_one_row_is_no_name_of_its_index():
    rows = ",drug,dose,value\n0,A,10,0.4\n* p<0.05,,,\n"
    assert read_content(rows).table["value"].tolist() == [0.4]
