import re

import pytest

from petfit.errors import SpecError
from petfit.evidence.bundled import models_folder
from petfit.model.prior import FAMILIES
from petfit.model.specification import ModelSpec, parse_model, read_model

BUNDLED = sorted(path.stem for path in models_folder().glob("*.toml"))
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


def test_an_unknown_model_name_is_rejected_with_a_suggestion():
    with pytest.raises(SpecError, match="Did you mean 'ssri'"):
        read_model("ssrii")


def test_a_folder_is_not_a_model(tmp_path):
    with pytest.raises(SpecError, match="the path of a TOML file"):
        read_model(tmp_path)


def test_a_file_that_is_not_text_is_rejected(tmp_path):
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SpecError, match=r"mine\.toml"):
        read_model(tmp_path / "mine.toml")


@pytest.mark.parametrize("name", BUNDLED)
def test_a_bundled_model_round_trips_through_toml(name):
    spec = read_model(name)
    again = parse_model(spec.to_toml())
    assert again == spec
    assert again.to_toml() == spec.to_toml()


@pytest.mark.parametrize("name", BUNDLED)
def test_every_prior_of_a_bundled_model_has_a_source(name):
    priors = dict(read_model(name).each_prior())
    assert all(prior.source for prior in priors.values())
    assert len(priors) == models_folder().joinpath(f"{name}.toml").read_text().count("dist =")


@pytest.mark.parametrize("family", FAMILIES)
def test_a_prior_of_any_family_round_trips_through_toml(family):
    numbers = ", ".join(f"{argument} = 1.25" for argument in FAMILIES[family].arguments)
    spec = parse_model(GOOD.replace(CENTRE, f'{{ dist = "{family}", {numbers} }}', 1))
    assert spec.ec50.centre.numbers == (1.25,) * len(FAMILIES[family].arguments)
    assert parse_model(spec.to_toml()) == spec


def test_a_byte_order_mark_is_ignored(tmp_path):
    (tmp_path / "mine.toml").write_text(GOOD, encoding="utf-8-sig")
    assert read_model(tmp_path / "mine.toml") == parse_model(GOOD)


def test_a_specification_is_returned_unchanged():
    spec = parse_model(GOOD)
    assert read_model(spec) is spec
    assert isinstance(spec, ModelSpec)


def test_factors_are_the_columns_that_terms_and_answers_name():
    assert read_model("ssri").factors == ("drug", "regimen", "region", "study", "tracer")
    assert read_model("emax").factors == ("drug",)
    assert parse_model(GOOD).factors == ()


@pytest.mark.parametrize(
    ("curve", "names"),
    {"sigmoid_emax": ["hill"], "two_site": ["ec50_ratio", "high_affinity_fraction"]}.items(),
)
def test_a_curve_alone_frees_its_further_parameters(curve, names):
    spec = parse_model(f'curve = "{curve}"\n{GOOD}')
    for name in names:
        assert getattr(spec, name).centre.source
    assert parse_model(spec.to_toml()) == spec
