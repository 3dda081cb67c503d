"""Columns that names of the user seem to mean."""

import pytest

from tests.evidence.tables import read_content, refusal_of


@pytest.mark.parametrize("of_what", ["age", "dose", "BMI"])
def test_an_sd_of_something_else_is_not_suggested_as_that_of_the_values(of_what):
    text = refusal_of(f"drug,dose,value,n,{of_what} SD\nx,10,0.45,5,4.5\n")
    assert f'--ignore "{of_what} SD"' in text
    assert "sd=" not in text


def test_an_sd_of_the_values_is_suggested():
    assert '--columns "sd=putamen SD,value=putamen"' in refusal_of(
        "drug,dose,putamen,putamen SD,n\nx,10,0.45,0.1,5\n"
    )


@pytest.mark.parametrize("names", ["conc (ng/mL),conc SD", "Cp (ng/mL),SD of Cp", "Cp (ng/mL),Cp SD (ng/mL)"])
def test_an_sd_of_concentrations_is_theirs(names):
    table = read_content(f"drug,{names},occupancy (%),n\nx,12.3,4.5,45,5\n").table
    assert table[["concentration", "concentration_sd", "value"]].to_numpy().tolist() == [[12.3, 4.5, 0.45]]
    assert table["sd"].isna().all()


def test_one_cell_of_text_does_not_leave_out_a_column_of_scans():
    text = refusal_of("subject,dose,put_base,put_drug\n1,5,2.1,1.2\n2,10,n.d.,0.9\n3,20,2.4,0.7\n")
    assert "--wide region,condition" in text
    assert "--ignore" not in text.partition("This reads")[0]


@pytest.mark.parametrize("name", ["animal", "Patient name", "Volunteer"])
def test_people_and_animals_keep_their_names(name):
    assert f'--columns "subject={name}"' in refusal_of(f"{name},drug,dose,value\n1,x,10,0.4\n")


def test_the_columns_of_a_digitised_figure_and_of_prism_are_suggested():
    digitised = refusal_of("x,y\n10.1,0.45\n20.3,0.61\n", constants={"drug": "A"})
    assert '--columns "dose=x,value=y"' in digitised
    prism = refusal_of("X,A:Y1,A:Y2\n10,0.45,0.47\n20,0.60,0.61\n", constants={"drug": "A"})
    assert '--columns "dose=X" --wide subject' in prism
    grouped = "X,A:Y1,A:Y2,B:Y1\n10,0.45,0.47,0.3\n20,0.60,0.61,0.5\n"
    assert '--columns "dose=X" --wide drug,note' in refusal_of(grouped)
    table = read_content(grouped, columns={"dose": "X"}, wide="drug,note").table
    assert table["drug"].tolist() == ["A", "A", "B"] * 2
    assert set(table["subject"]) == {""}


def test_no_outcome_is_suggested_where_names_give_one():
    text = refusal_of("subject,drug,dose,V_T baseline,V_T block\n1,x,10,13.1,6.5\n")
    assert "--wide condition" in text
    assert "--outcome" not in text


@pytest.mark.parametrize(
    ("names", "factor"),
    [
        ("[11C]raclopride occupancy (%),[11C]PHNO occupancy (%)", "tracer"),
        ("D2 occupancy (%),5-HT2A occupancy (%)", "target"),
        ("putamen,caudate", "region"),
        ("occ 4h (%),occ 24h (%)", "time_h"),
        ("A:Y1,B:Y1", "drug,note"),
    ],
)
def test_the_factor_that_names_side_by_side_are_of_is_suggested(names, factor):
    assert f"Use --wide {factor}" in refusal_of(f"drug,dose,{names}\nx,10,40,45\n")


@pytest.mark.parametrize("header", ["dose (mg)a,occupancy (%)b", "dose (mg)\N{DAGGER},Occupancy (%)*"])
def test_footnote_marks_of_names_are_left_out(header):
    assert read_content(f"drug,{header}\nx,10,45\n").table[["dose", "value"]].to_numpy().tolist() == [
        [10, 0.45]
    ]


@pytest.mark.parametrize("name", ["First author (year)", "Reference [no]", "Author"])
def test_studies_are_not_ignored(name):
    assert f'--columns "study={name}"' in refusal_of(f"{name},drug,dose,value\nS 2001,x,10,0.4\n")


def test_regions_with_an_sd_in_each_cell_are_suggested_as_wide():
    pm = "\N{PLUS-MINUS SIGN}"
    text = refusal_of(f"drug,dose,putamen (mean {pm} SD),caudate (mean {pm} SD)\nx,10,45 {pm} 5,44 {pm} 6\n")
    assert "Use --wide region" in text


def test_rows_that_are_marked_are_not_fitted_because_their_column_was_ignored():
    assert '--columns "use=include"' in refusal_of("drug,dose,value,include\nx,10,0.4,no\nx,20,0.5,yes\n")
    text = refusal_of("drug,dose,value,excluded,sex\nx,10,0.4,1,F\nx,20,0.5,0,F\n")
    assert '--ignore "sex"' in text
    assert "write no in a column use of the rows to leave out" in text


def test_a_dose_pm_is_no_concentration_in_picomolar():
    text = refusal_of("subject,drug,dose am (mg),dose pm (mg),value\n1,x,10,20,0.4\n")
    assert "concentration=" not in text


def test_a_number_of_people_behind_a_dose_belongs_in_n():
    rows = "drug,{},value\nx,10 mg (n=6),0.4\nx,20 mg (n=5),0.5\n"
    assert read_content(rows.format("dose")).table[["dose", "n"]].to_numpy().tolist() == [[10, 6], [20, 5]]
    assert 'Use --columns "dose=Dose group".' in refusal_of(rows.format("Dose group"))
    assert "Write 10 here, and 6 in n" in refusal_of(rows.format("dose").replace(" mg", ""))


@pytest.mark.parametrize(
    ("names", "cells", "option", "not_meant"),
    [
        ("Occ observed,Occ predicted", "0.4,0.5", 'value=Occ observed"', "wide"),
        ("Dose day 1 (mg),RO", "10,0.4", 'dose=Dose day 1 (mg)"', "time_h"),
        ("EXDOSE,EXDOSU,AVAL", "10,mg,0.4", "dose=EXDOSE,dose_unit=EXDOSU", "ignore"),
        ("conc (ng/mL),LLOQ (ng/mL),RO", "10,1,0.4", 'concentration_loq=LLOQ (ng/mL)"', "ignore"),
        ("Reference,dose,RO", "0.02,10,0.4", '--ignore "Reference"', "study="),
        ("conc (ng/mL),conc_lloq,RO", "10,1,0.4", 'concentration_loq=conc_lloq"', "ignore"),
        ("_FREQ_,dose,RO", "5,10,0.4", '--ignore "_FREQ_"', "regimen="),
        ("n (scanned),dose,RO", "5,10,0.4", 'n=n (scanned)"', "subject="),
        ("tau (h),dose,RO", "12,10,0.4", 'dosing_interval_h=tau (h)"', "time_h"),
        *(
            (f"{name},dose,RO", "2,10,0.4", "--ignore", "time_h")
            for name in ("Tmax (h)", "scan duration (min)")
        ),
        ("h post dose,dose,RO", "2,10,0.4", 'time_h=h post dose"', "ignore"),
        ("normalized Cp,RO", "2,0.4", "dose=YOURS", "dose=normalized"),
        ("Period,Treatment,RO", "1,A,0.4", "session=Period", "dose=Period"),
    ],
)
def test_what_is_suggested_fits_the_cells(names, cells, option, not_meant):
    dose = "dose," * ("Occ" in names)
    rows = f"drug,{dose}{names}\nx,{'10,' * bool(dose)}{cells}\n"
    if "Treatment" in names:
        rows = rows.replace("drug,", "subject,").replace("x,", "1,")
    text = refusal_of(rows)
    assert option in text
    assert not_meant not in text.partition("[")[0].partition("Columns:")[0]


@pytest.mark.parametrize("name", ["mg twice a day", "log10 Dosis (mg)"])
def test_a_dose_with_a_frequency_or_a_logarithm_is_suggested_as_dose(name):
    assert f'--columns "dose={name}"' in refusal_of(f"drug,{name},value\nx,1,0.4\nx,2,0.5\n")
