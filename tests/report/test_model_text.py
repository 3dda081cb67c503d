import pandas as pd
import pytest

import petfit
from petfit.report import write
from petfit.report.model_text import model_text
from tests.helpers import fit_from_prior
from tests.report.parsed_page import ParsedPage

MODEL = """
n_assumed = 5
[ec50.centre]
dist = "Normal"
mu = 0.0
sigma = 1.0
[emax.centre]
dist = "Normal"
mu = 2.0
sigma = 1.0
"""


def full_text(fit):
    """The text of the model, as one string."""
    text = model_text(fit)
    return "\n".join([text["equation"], *text["parameters"], *text["likelihood"]])


def test_each_kind_of_range_is_described_only_where_it_is_used():
    ranged = {"drug": "A", "low": 0.4, "high": 0.7, "n": 5}
    complete = {**ranged, "range_set": "s", "set_complete": "yes"}
    rows = [
        {**ranged, "dose": 5.0},
        {**ranged, "dose": 10.0, "level": "extremes"},
        {**complete, "dose": 20.0},
        {**complete, "dose": 40.0},
    ]
    first_rows = {
        "the probability that the mean lies in it": 1,
        "The lowest and the highest of n people are order statistics": 2,
        "the range of a complete set of groups": 4,
    }
    for count in (1, 2, 4):
        text = full_text(fit_from_prior(MODEL, pd.DataFrame(rows[:count]), draws=100))
        assert [words for words in first_rows if words in text] == [
            words for words, first in first_rows.items() if first <= count
        ]


def test_a_student_t_likelihood_is_named(people_table):
    model = MODEL + '[noise]\nfamily = "student"\n[noise.floor]\ndist = "HalfNormal"\nsigma = 0.1\n'
    assert "has a Student's t (df = " in full_text(fit_from_prior(model, people_table, draws=100))


def test_limits_and_errors_of_people_are_described_where_they_are_used(people_table):
    plain = full_text(fit_from_prior(MODEL, people_table, draws=100))
    table = people_table.assign(se=0.05, censored="below", level="subject")
    text = full_text(fit_from_prior(MODEL, table, draws=100))
    for words in ("sqrt(scale^2 + se^2)", "below (above) a limit is the probability"):
        assert words in text
        assert words not in plain


WORDS = {
    "occupancies": [
        "One person's occupancy has a normal distribution around the curve, with the scale sigma",
        "Occupancies below 0 or above 1 are valid data",
        "sigma is the residual SD of occupancy",
        "thin bars are SDs between people",
    ],
    "scans": [
        "A scan's BP_ND has a normal distribution around the mean baseline (1 - occupancy), with the scale "
        "sqrt(scan_floor^2 + (scan_sigma mean)^2)",
        "log baseline binding = region (separate, 2 levels) + subject (partially pooled, 4 levels)",
        "A BP_ND of 0 or less is valid data",
        "log_baseline is the logarithm of BP_ND",
        "scan_sigma is the residual SD of BP_ND divided by its mean",
        "scan_floor",
        "Open diamonds are scans under the drug",
        "derived occupancy, for display",
        "Nothing was fitted to it",
    ],
}


@pytest.mark.parametrize(
    ("kind", "has"), [("prior_fit", ["occupancies"]), ("scans_fit", ["scans"]), ("both_fit", list(WORDS))]
)
def test_occupancies_and_scans_are_described_only_where_they_are_fitted(kind, has, request):
    text = " ".join(ParsedPage(write.render(request.getfixturevalue(kind))).text.split())
    for part, sentences in WORDS.items():
        for sentence in sentences:
            assert (sentence in text) is (part in has), sentence


def test_v_nd_has_an_equation_and_a_unit(scans_table):
    table = scans_table.assign(outcome="vt", value=scans_table["value"] + 5.0)
    fit = fit_from_prior(petfit.read_model("scan_vt"), table, draws=100)
    page = ParsedPage(write.render(fit))
    text = " ".join(page.text.split())
    assert "log V_ND = centre + subject (partially pooled, 4 levels)" in text
    assert "around the mean V_ND + baseline (1 - occupancy), with the scale scan_sigma mean." in text
    assert "log_v_nd is the logarithm of V_ND in mL/cm3" in text
    assert "scan_floor" not in text
    assert any({"7", "V_T, mL/cm3"} <= set(row) for row in page.rows)
