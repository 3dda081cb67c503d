import pytest

from petfit.evidence.bundled import models_folder
from petfit.model.prior import Prior
from petfit.model.prior_sentences import describe, sentence
from petfit.model.specification import read_model

BUNDLED = sorted(path.stem for path in models_folder().glob("*.toml"))
NORMAL = Prior(dist="Normal", mu=0.5, sigma=2.0, source="an earlier study [X2000]")

SENTENCES = {
    "ec50.centre": "The centre of log EC50",
    "emax.drug.pooled": "The SD of logit Emax between levels of drug",
    "ec50.drug:regimen.pooled": "The SD of log EC50 between levels of drug by regimen",
    "ec50.drug:regimen.shift.A": "The shift of log EC50 by drug and regimen for A",
    "hill.region.shift": "The shift of log Hill by region",
    "ec50.people.sd": "The SD of log EC50 between people (omega)",
    "ec50.covariates.age.slope": "The slope of log EC50 over age",
    "emax.covariates.age.slope.A": "The slope of logit Emax over age for A",
    "noise.sigma": "The residual SD of one person's occupancy",
    "noise.drug.pooled": "The SD of log residual SD between levels of drug",
    "competition.rival.ec50": "Log EC50 of the competitor rival",
    "dose_share": "The share of people on the higher of two doses",
}


@pytest.mark.parametrize(("path", "begin"), SENTENCES.items(), ids=SENTENCES.keys())
def test_a_sentence_names_the_quantity_the_prior_and_its_source(path, begin):
    words = sentence(path, NORMAL)
    assert words.startswith(begin)
    assert words.endswith("had the prior Normal(mu=0.5, sigma=2) (an earlier study [X2000]).")


def test_a_sentence_without_source_has_no_brackets():
    assert sentence("ec50.centre", Prior(dist="HalfNormal", sigma=1.0)).endswith("HalfNormal(sigma=1).")


def test_the_table_of_priors_has_median_and_95_percent_interval():
    row = describe("ec50.centre", NORMAL)
    assert row["median"] == pytest.approx(0.5)
    assert row["low"] == pytest.approx(0.5 - 1.959964 * 2)
    assert row["high"] == pytest.approx(0.5 + 1.959964 * 2)


@pytest.mark.parametrize("name", BUNDLED)
def test_every_prior_of_a_bundled_model_has_a_unique_sentence(name):
    spec = read_model(name)
    table = spec.priors()
    assert table.index.tolist() == [path for path, _ in spec.each_prior()]
    assert table["sentence"].is_unique
    assert (table["low"] < table["median"]).all()
    assert (table["median"] < table["high"]).all()
    for (_, prior), row in zip(spec.each_prior(), table.itertuples(), strict=True):
        assert row.prior == str(prior)
        assert row.source == prior.source
        assert row.prior in row.sentence
        assert row.source in row.sentence
