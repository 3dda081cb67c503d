"""Columns that seem to name people, studies and the like."""

import pytest

from tests.evidence.tables import refusal_of


@pytest.mark.parametrize(
    ("name", "cells", "option"),
    [
        ("ID", ("1", "2", "3"), "Use --columns subject=ID."),
        ("Pat. Nr.", ("A1", "A2", "A3"), "Use --columns subject=Pat. Nr.."),
        ("Fall", ("1", "2", "3"), "Use --columns subject=Fall."),
        ("Reference", ("A 2001", "B 2002", "B 2003"), "Use --columns study=Reference."),
        ("Code", ("AB12", "CD13", "EF14"), "If Code names the people, use --columns subject=Code."),
        ("Scan", ("pre", "post", "post"), "Use --columns condition=Scan."),
        ("Scan", ("Baseline", "Post-dose", "Post-dose 2"), "Use --columns condition=Scan."),
        ("Initials", ("AB", "AB", "CD"), "If Initials names the people, use --columns subject=Initials."),
    ],
)
def test_a_column_of_people_in_a_wide_table_is_no_level(name, cells, option):
    rows = "".join(f"{cell},x,{dose},40,41\n" for cell, dose in zip(cells, (5, 10, 20), strict=True))
    text = refusal_of(
        f"{name},drug,dose,putamen,caudate\n{rows}", wide="region", constants={"value_unit": "%"}
    )
    assert option in text.replace('"', "")


def test_a_column_of_text_beside_means_may_name_the_groups():
    text = refusal_of("Code,drug,dose,put,put SD\nlow,x,10,0.4,0.1\nhigh,x,20,0.5,0.1\n", wide="region")
    assert 'If Code names the groups, use --columns "cohort=Code".' in text


@pytest.mark.parametrize(
    "header",
    [
        "被験者,薬剤,用量(mg),占有率(%)",
        "受试者,药物,剂量(mg),占有率(%)",
        "Paciente,Fármaco,Dosis (mg/día),Ocupación (%)",
    ],
)
def test_names_of_columns_in_other_languages_are_suggested(header):
    subject, drug, dose, value = header.split(",")
    names = f'--columns "dose={dose},drug={drug},subject={subject},value={value}"'
    assert names in refusal_of(f"{header}\ns1,x,10,45\ns2,x,20,60\n")
