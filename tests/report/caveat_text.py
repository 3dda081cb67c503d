"""A small model, a table of people, and all caveats and notes of a fit as one text."""

import pandas as pd

from petfit.report.caveats import limits
from petfit.report.fit_notes import notes
from petfit.results.prior_contraction import prior_contraction
from tests.helpers import fit_from_prior

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
MODEL = f"n_assumed = 5\n[ec50]\ncentre = {CENTRE}\n[emax]\ncentre = {CENTRE}\n"


def caveat_text(table, model=MODEL, occupancy=0.8):
    fit = fit_from_prior(model, pd.DataFrame(table), draws=100)
    arguments = fit, fit.dose_for_occupancy(occupancy), prior_contraction(fit)
    return " ".join([*limits(*arguments), *notes(*arguments)])


def people(doses, drug="A", **columns):
    return {"drug": drug, "dose": doses, "value": [0.2 + 0.1 * i for i in range(len(doses))], **columns}
