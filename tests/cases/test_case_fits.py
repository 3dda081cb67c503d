"""Tables as people have them give the right answer, or the message that refuses them leads to it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.errors import PetfitError
from petfit.evidence import read_evidence

CASES = Path(__file__).parent
FEW = petfit.Settings(draws=500, tune=500, chains=2, seed=1)


def fitted(source, *, model=None, **table_format):
    """A fit of a few draws."""
    source = source if isinstance(source, pd.DataFrame) else CASES / source
    return petfit.fit(source, model, table_format=petfit.TableFormat(**table_format), settings=FEW)


def median_dose(fit, occupancy=0.8):
    return fit.dose_for_occupancy(occupancy)["median"].item()


def log_width(fit):
    """Width of the interval of log EC50."""
    ends = fit.ec50(prob=0.8)
    return float(np.log(ends["high"] / ends["low"]).item())


def refusal(source, **options):
    with pytest.raises(PetfitError) as caught:
        read_evidence(CASES / source, **options)
    return caught.value.in_shell


def test_two_scan_times_are_two_fits_and_fitting_them_as_one_fails_a_check():
    table = pd.read_csv(CASES / "late-scans/kor.csv")
    early, late = (table[table["time_h"] == hours] for hours in (2.5, 24))
    assert median_dose(fitted(early)) == pytest.approx(2.6, rel=0.2)
    assert median_dose(fitted(late)) == pytest.approx(14.6, rel=0.25)
    both = fitted(table)
    check = next(check for check in both.check() if check.name == "ignored_columns")
    assert check.verdict == "FAIL"
    assert "time_h" in check.sentence


def test_a_dose_twice_a_day_counts_twice_once_the_table_says_so():
    assert "Write mg BID in dose_unit" in refusal("twice-daily/bid_vs_qd.csv")
    table = pd.read_csv(CASES / "twice-daily/bid_vs_qd.csv")
    table["dose_unit"] = table["dose_unit"].replace("mg", "mg BID")
    fit = fitted(table)
    assert median_dose(fit) == pytest.approx(120, rel=0.1)
    assert sorted(fit.design.rows["dose"]) == [20, 40, 40, 80]


def test_people_without_a_name_are_different_people():
    fit = fitted("na-as-text/anon_na.csv")
    assert median_dose(fit) == pytest.approx(109, rel=0.15)
    assert fit.dose_for_occupancy(0.8)["p_reached"].item() == pytest.approx(0.96, abs=0.03)
    assert fit.design.rows["person"].nunique() == 20


def test_one_drug_in_three_spellings_has_one_dose():
    fit = fitted("names-and-case/drugcase.csv")
    assert fit.design.drugs == ("citalopram",)
    assert median_dose(fit) == pytest.approx(50, rel=0.2)


def test_sds_beside_their_regions_make_the_dose_more_precise():
    without, with_sd = (fitted(f"wide-with-sd/wide_{name}.csv", wide="region") for name in ("nosd", "sd"))
    assert median_dose(without) == pytest.approx(21.9, rel=0.15)
    assert median_dose(with_sd) == pytest.approx(21.9, rel=0.15)
    assert log_width(with_sd) < log_width(without)


def test_percent_signs_hold_for_the_sd_beside_them():
    fit = fitted("percent-or-fraction/a.csv")
    assert median_dose(fit) == pytest.approx(55, rel=0.1)
    assert fit.occupancy(20)["median"].item() == pytest.approx(0.62, abs=0.05)


def test_intervals_and_standard_errors_of_means_make_the_ec50_more_precise():
    without = fitted("group-with-ci/none.csv")
    with_ci = fitted("group-with-ci/ci_low_high.csv", constants={"ci_prob": "0.95"})
    with_sem = fitted("group-with-ci/sem.csv")
    assert median_dose(with_ci, 0.5) == pytest.approx(median_dose(without, 0.5), rel=0.25)
    assert max(log_width(with_ci), log_width(with_sem)) < log_width(without)


def test_a_session_with_a_drug_counts_as_one_once_its_sidecar_says_so(tmp_path):
    assert "ses-blocked says that a drug was given" in refusal("bids-blocked-session/ds")
    folder = tmp_path / "ds"
    shutil.copytree(CASES / "bids-blocked-session/ds", folder)
    of_first, of_second = (
        folder / f"sub-{subject}/ses-blocked/pet/sub-{subject}_ses-blocked_pet.json"
        for subject in ("01", "02")
    )
    of_second.write_text(json.dumps(json.loads(of_first.read_text())))
    occupancy = petfit.fit(folder, settings=FEW).occupancy(600)["median"].item()
    assert occupancy == pytest.approx(0.36, abs=0.07)


def test_binding_potentials_and_volumes_of_the_same_scans_agree():
    doses = [median_dose(fitted("two-compartment-output/ds", outcome=name), 0.5) for name in ("bpnd", "vt")]
    assert doses[0] == pytest.approx(doses[1], rel=0.25)


X = {"drug": "x", "dose": [10, 25, 75]}
SCANS = {
    "subject": ["1", "1", "2", "2"],
    "drug": "x",
    "dose": [0, 10, 0, 20],
    "region": "put",
    "condition": ["baseline", "drug"] * 2,
    "value": [2.1, 1.1, 2.0, 0.8],
}


@pytest.mark.parametrize(
    ("file", "options", "expected"),
    [
        ("excel-headers/readme_first.xlsx", {"sheet": "Data"}, {**X, "value": [0.16, 0.33, 0.61]}),
        ("excel-headers/units_row.xlsx", {}, {**X, "value": [0.16, 0.33, 0.61], "n": 4}),
        ("excel-headers/title_footer.xlsx", {}, {**X, "value": [0.16, 0.33, 0.41], "n": 2}),
        ("outcome-words/BP_ND.csv", {}, {**SCANS, "outcome": "bpnd"}),
        ("outcome-words/VT.csv", {}, {**SCANS, "outcome": "vt"}),
        (
            "outcome-words/Occupancy.csv",
            {"ignore": ["outcome"], "outcome": "bpnd"},
            {**SCANS, "outcome": "bpnd"},
        ),
    ],
)
def test_a_foreign_table_is_the_same_evidence_as_one_typed_in_petfit_s_columns(file, options, expected):
    assert read_evidence(CASES / file, **options).hash == read_evidence(pd.DataFrame(expected)).hash
