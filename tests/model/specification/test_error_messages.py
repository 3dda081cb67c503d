import re

import pytest

from petfit.errors import SpecError
from petfit.model.specification import parse_model, read_model

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
HALF = '{ dist = "HalfNormal", sigma = 1.0 }'
EMAX = f"[emax]\ncentre = {CENTRE}\n"
EC50 = f"[ec50]\ncentre = {CENTRE}\n"
GOOD = EC50 + EMAX

BAD = {
    "an unknown key": ('curv = "emax"\n' + GOOD, ["unknown key 'curv'", "Did you mean 'curve'?"]),
    "an unknown key of a parameter": (
        f"[ec50]\ncentr = {CENTRE}\n{EMAX}",
        ["unknown key 'ec50.centr'", "Did you mean 'centre'?"],
    ),
    "an unknown key of a term": (
        f"{EC50}[ec50.drug]\npoled = {HALF}\n{EMAX}",
        ["unknown key 'ec50.drug.poled'", "Did you mean 'pooled'?"],
    ),
    "an unknown key of the noise": (
        f'{GOOD}[noise]\nfamly = "normal"\n',
        ["unknown key 'noise.famly'", "Did you mean 'family'?"],
    ),
    "an unknown key of people": (
        f"{EC50}[ec50.people]\nsdd = {HALF}\n{EMAX}",
        ["unknown key 'ec50.people.sdd'", "Did you mean 'sd'?"],
    ),
    "a prior that does not exist": (
        GOOD.replace('"Normal"', '"Norml"', 1),
        ["ec50.centre", "'Norml'", "Did you mean 'Normal'?"],
    ),
    "a misspelt number of a prior": (
        GOOD.replace("sigma", "sgima", 1),
        ["ec50.centre", "'sgima'", "Did you mean 'sigma'?"],
    ),
    "a negative spread": (GOOD.replace("sigma = 1.0", "sigma = -1.0", 1), ["ec50.centre", "above 0", "-1"]),
    "text for a number": (GOOD.replace("sigma = 1.0", 'sigma = "wide"', 1), ["ec50.centre", "wide"]),
    "an unknown curve": ('curve = "emaks"\n' + GOOD, ["'emaks'", "Did you mean 'emax'?"]),
    "no EC50": (EMAX, ["ec50 is missing"]),
    "neither fixed nor centre": (f"[ec50]\n{EMAX}", ["ec50", "fixed", "centre"]),
    "both fixed and centre": (f"[ec50]\nfixed = 1.0\ncentre = {CENTRE}\n{EMAX}", ["ec50", "fixed", "centre"]),
    "terms of a fixed parameter": (
        f"[ec50]\nfixed = 1.0\n[ec50.drug]\npooled = {HALF}\n{EMAX}",
        ["ec50", "is fixed"],
    ),
    "a term of two states": (
        f'{EC50}[ec50.drug]\npooled = {HALF}\nshift = {CENTRE}\nfrom = {{ drug = "A" }}\n{EMAX}',
        ["ec50.drug", "either `pooled`"],
    ),
    "a shift from nowhere": (f"{EC50}[ec50.drug]\nshift = {CENTRE}\n{EMAX}", ["ec50.drug", "`from`"]),
    "a Hill exponent of a curve without one": (
        f"{GOOD}[hill]\ncentre = {CENTRE}\n",
        ["hill", "sigmoid_emax"],
    ),
    "an EC50 ratio of a curve with one site": (
        f"{GOOD}[ec50_ratio]\ncentre = {CENTRE}\n",
        ["ec50_ratio", "emax", "two_site"],
    ),
    "a Hill exponent of two sites": (
        f'curve = "two_site"\n{GOOD}[hill]\ncentre = {CENTRE}\n',
        ["hill", "two_site", "sigmoid_emax"],
    ),
    "an EC50 ratio below 1": (
        f'curve = "two_site"\n{GOOD}[ec50_ratio]\nfixed = 0.1\n',
        ["ec50_ratio", "above 1"],
    ),
    "a fraction of sites in percent": (
        f'curve = "two_site"\n{GOOD}[high_affinity_fraction]\nfixed = 50.0\n',
        ["high_affinity_fraction", "as a fraction"],
    ),
    "a competitor at two sites": (
        f'curve = "two_site"\n{GOOD}[competition.metabolite]\ncolumn = "metabolite"\nec50 = {CENTRE}\n',
        ["competition", "one EC50", "two_site"],
    ),
    "a second target of a drug at two sites": (
        f'curve = "two_site"\n{GOOD}[selectivity.DAT]\nfrom = "SERT"\n',
        ["selectivity", "one EC50", "two_site"],
    ),
    "people who differ in Emax": (
        f"{GOOD}[emax.people]\nsd = {HALF}\n",
        ["emax", "people differ in EC50 only"],
    ),
    "a reference dose of 0": (f"{GOOD}[reference_doses]\nA = 0.0\n", ["reference_doses.A", "above 0"]),
    "no people behind a range": ("n_assumed = 0\n" + GOOD, ["n_assumed"]),
    "text for a count": ('n_assumed = "five"\n' + GOOD, ["n_assumed", "five"]),
    "an unknown noise": (f'{GOOD}[noise]\nfamily = "cauchy"\n', ["noise.family", "cauchy"]),
    "an open bracket": (GOOD.replace("}", "", 1), ["not valid TOML", "line"]),
    "an SD that may be negative": (f"{EC50}[ec50.drug]\npooled = {CENTRE}\n{EMAX}", ["ec50.drug"]),
    "an SD between people that may be negative": (
        f"{EC50}[ec50.people]\nsd = {CENTRE}\n{EMAX}",
        ["ec50.people"],
    ),
    "noise that may be negative": (f"{GOOD}[noise]\nsigma = {CENTRE}\n", ["noise.sigma"]),
    "a negative EC50": (f"[ec50]\nfixed = -1.0\n{EMAX}", ["ec50"]),
    "a negative Emax": (f"{EC50}[emax]\nfixed = -0.5\n", ["emax"]),
    "an Emax in percent": (f"{EC50}[emax]\nfixed = 80.0\n", ["emax"]),
    "a Hill exponent of 0": (f'curve = "sigmoid_emax"\n{GOOD}[hill]\nfixed = 0.0\n', ["hill"]),
}


@pytest.mark.parametrize(("text", "expected"), BAD.values(), ids=BAD.keys())
def test_an_invalid_model_is_rejected_with_the_key_and_a_suggestion(tmp_path, text, expected):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(SpecError) as caught:
        read_model(path)
    for words in ["mine.toml", *expected]:
        assert words in str(caught.value)
    assert not re.search(r"pydantic|Prior\]|function-|Value error|input_value", str(caught.value))


def test_all_problems_of_a_model_are_reported_at_once():
    with pytest.raises(SpecError) as caught:
        parse_model(GOOD.replace('"Normal"', '"Norml"') + "\n[noise]\nsigm = 1\n")
    for words in ("ec50.centre", "emax.centre", "noise.sigm"):
        assert words in str(caught.value)
