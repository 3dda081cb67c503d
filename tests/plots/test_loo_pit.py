import pandas as pd
import pytest

from petfit.errors import PetfitError
from petfit.plots.loo_pit import plot_loo_pit
from tests.helpers import PLAIN, fit_from_prior


def test_ranges_are_left_out(ssri_fit):
    (ax,) = plot_loo_pit(ssri_fit)
    n_numbers = (ssri_fit.design.rows["level"] != "range").sum()
    ecdf = max((line.get_xdata() for line in ax.get_lines()), key=len)
    assert n_numbers <= len(ecdf) <= n_numbers + 2


def test_limits_are_left_out(limits_fit):
    table = limits_fit.evidence.table
    only_limits = table[table["censored"] != ""]
    with pytest.raises(PetfitError, match="limits"):
        plot_loo_pit(fit_from_prior(PLAIN, only_limits, draws=100))


def test_fit_of_ranges_is_refused():
    table = pd.DataFrame({"drug": "A", "dose": [5.0, 10.0], "low": 0.4, "high": 0.5, "n": 5})
    with pytest.raises(PetfitError, match="only ranges"):
        plot_loo_pit(fit_from_prior("n_assumed = 5\n" + PLAIN, table, draws=100))
