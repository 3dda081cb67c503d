"""What to write instead of columns that petfit does not read."""

import pytest

from tests.evidence.tables import refusal_of


@pytest.mark.parametrize("names", ["ED50 (mg),Emax (%)", "EC50 (ng/mL),Hill"])
def test_results_of_fits_are_no_evidence(names):
    text = refusal_of(f"drug,{names}\nx,4.2,95\ny,8,90\n")
    assert text.count("a result of a fit, not of a scan") == 2
    assert not {"dose=E", "concentration=E", "value=E"} & set(text.split('"'))
    assert '"dose=YOURS,value=YOURS"' in text
