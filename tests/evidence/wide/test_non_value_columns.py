import pytest

from tests.evidence.tables import read_content, refusal_of


def test_text_and_tests_are_never_levels():
    text = "drug,dose,putamen,comment,p\nA,5,0.5,good,0.03\nA,9,0.6,poor,0.01\n"
    message = refusal_of(text, wide="region")
    assert '--ignore "comment,p"' in message
    assert len(read_content(text, wide="region", ignore=["comment", "p"]).table) == 2


def test_properties_of_people_and_scans_are_never_levels():
    names = "age,Sex,BMI (kg/m2),Injected dose (MBq),visit"
    rows = f"subject,drug,dose,putamen,{names}\n1,A,5,45,45,1,22,370,1\n2,A,9,55,50,2,23,360,1\n"
    assert f'--ignore "{names}"' in refusal_of(rows, wide="region", constants={"value_unit": "percent"})


@pytest.mark.parametrize("name", ["average", "Mean (%)"])
def test_a_mean_of_the_other_columns_is_no_level(name):
    rows = f"drug,dose,putamen (%),caudate (%),{name}\nA,5,45,55,50\n"
    assert f'--ignore "{name}"' in refusal_of(rows, wide="region")


@pytest.mark.parametrize(
    "name",
    [
        *(
            *(
                "VND",
                "Vitamin D (nmol/L)",
                "Blood flow index (cm)",
                "HR",
                "QTc",
                "MMSE",
                "FD_mean",
                "EC50",
                "Day",
            ),
            "R2",
            "k3",
            "AIC",
            "MBq injected",
            "Total activity (MBq)",
            "Plasma (ng/mL)",
            "Cmax",
            "AUC0-24",
        ),
        *(
            "overall",
            "Total",
            "Mean of all regions",
            "Average across regions",
            "mean of both",
            "ROI_mean",
            "mean_occ",
            "eTIV",
            "PANSS_total",
            "R²",
            "cortical thickness",
            "putamen R1",
            "putamen_var",
        ),
    ],
)
def test_what_is_no_binding_of_a_region_is_no_level(name):
    rows = f"drug,dose,putamen,caudate,{name}\nA,5,0.45,0.55,0.5\nA,10,0.5,0.6,0.55\n"
    assert f'--ignore "{name}"' in refusal_of(rows, wide="region")


def test_a_mean_of_both_sides_is_no_level_beside_them():
    rows = "drug,dose,{}\nA,5,0.45,0.55,0.5\n"
    assert '--ignore "Putamen mean"' in refusal_of(
        rows.format("Putamen L,Putamen R,Putamen mean"), wide="region"
    )
    regions = read_content(rows.format("mean putamen,mean caudate,mean thalamus"), wide="region").table[
        "region"
    ]
    assert regions.tolist() == ["putamen", "caudate", "thalamus"]


def test_several_methods_are_no_regions():
    rows = "drug,dose,occupancy (uncorrected),occupancy (corrected)\nA,5,0.45,0.55\n"
    assert '--columns "value=occupancy (uncorrected)"' in refusal_of(rows, wide="region")
