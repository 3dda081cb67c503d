import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.checks import integration
from petfit.model.specification import parse_model
from tests.helpers import PEOPLE, fit_from_prior, with_changed_draws


def people(n_scans):
    names = np.repeat([f"s{i}" for i in range(6)], n_scans)
    doses = np.tile([5.0, 20.0, 60.0], 6)[: len(names)]
    return pd.DataFrame({"drug": "A", "subject": names, "dose": doses, "value": doses / (doses + 12.0)})


@pytest.mark.parametrize("n_scans", [1, 2])
def test_integrals_of_the_compiled_code_are_accurate(n_scans):
    settings = petfit.Settings(draws=200, tune=300, chains=2, target_accept=0.9)
    fit = petfit.fit(people(n_scans), parse_model(PEOPLE), settings=settings)
    check = integration.check(fit)
    assert check.verdict == "PASS"
    assert len(check.table) == 6
    assert check.table["largest_error"].max() < 1e-7


@pytest.mark.parametrize("error", [1e-3, np.nan])
def test_an_inaccurate_integral_warns_and_is_named(error):
    def changed(values):
        values[..., 2] += error
        return values

    fit = with_changed_draws(fit_from_prior(PEOPLE, people(2)), "log_likelihood", value=changed)
    check = integration.check(fit)
    assert check.verdict == "WARN"
    errors = check.table["largest_error"]
    assert errors.index[~(errors <= integration.MAX_ERROR)].tolist() == [
        fit.log_likelihood["person"].values[2]
    ]


def test_without_people_there_is_no_integral(plain_fit):
    assert integration.check(plain_fit).verdict == "PASS"
