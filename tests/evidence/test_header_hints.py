"""What to write instead of columns that petfit does not read."""

import pytest

from tests.evidence.tables import refusal_of


@pytest.mark.parametrize("names", ["ED50 (mg),Emax (%)", "EC50 (ng/mL),Hill"])
def test_results_of_fits_are_no_evidence(names):
    text = refusal_of(f"drug,{names}\nx,4.2,95\ny,8,90\n")
    assert text.count("a result of a fit, not of a scan") == 2
    assert not {"dose=E", "concentration=E", "value=E"} & set(text.split('"'))
    assert '"dose=YOURS,value=YOURS"' in text


@pytest.mark.parametrize(
    ("name", "cells", "hint"),
    [
        ("Occ + SD", "0.5,0.7", "distance from the mean"),
        ("occ_minus_sd", "0.3,0.5", "distance from the mean"),
        ("mean-SEM", "0.3,0.5", "distance from the mean"),
        ("SD lower", "0.3,0.5", "distance from the mean"),
        ("2 SD", "0.1,0.2", "a multiple"),
        ("Geometric SD", "1.1,1.2", "is a factor"),
        ("interval (weeks)", "4,4", "mg every 4 weeks"),
        ("cycle length (days)", "28,28", "mg every 4 weeks"),
        ("Freq", "1,2", "how often in regimen"),
        ("intakes per day", "1,2", "how often in regimen"),
        ("formulation", "oral,LAI", "write it into the drug"),
        ("model", "SRTM,MRTM", "keep one"),
        ("MDV", "1,0", "rows of doses"),
        ("QC", "pass,fail", "column use"),
        ("slope", "0.4,0.6", "Lassen"),
        ("_STAT_", "MEAN,STD", "which statistic a row is"),
    ],
)
def test_a_column_that_counts_is_not_left_out_without_a_word(name, cells, hint):
    first, second = cells.split(",")
    rows = f"subject,drug,dose,occupancy,{name}\n1,x,10,0.4,{first}\n2,x,20,0.6,{second}\n"
    text = refusal_of(rows)
    assert hint in text
    assert f'Use --ignore "{name}"' not in text
