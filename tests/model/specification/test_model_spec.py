import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from petfit.evidence.bundled import models_folder
from petfit.model.prior import FAMILIES
from petfit.model.specification import ModelSpec, parse_model, read_model

BUNDLED = sorted(path.stem for path in models_folder().glob("*.toml"))
CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
GOOD = f"[ec50]\ncentre = {CENTRE}\n[emax]\ncentre = {CENTRE}\n"


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


def test_factors_are_the_columns_that_terms_and_answers_name():
    assert read_model("ssri").factors == ("drug", "regimen", "region", "study", "tracer")
    assert read_model("emax").factors == ("drug",)
    assert parse_model(GOOD).factors == ()


number = st.floats(-50, 50, allow_nan=False).map(lambda x: x + 0.0)
spread = st.floats(1e-6, 1e6)
words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)
FACTORS = ("drug", "study", "region", "tracer", "regimen")
factor = st.sampled_from(FACTORS)
label = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
keys = st.lists(factor, min_size=1, max_size=2, unique=True).map(":".join)


def priors(*supports):
    """Priors of families with one of these supports."""

    def numbers(name):
        arguments = {a: number if a == "mu" else spread for a in FAMILIES[name].arguments}
        return st.fixed_dictionaries({"dist": st.just(name), "source": words, **arguments})

    names = [name for name, family in FAMILIES.items() if not supports or family.support in supports]
    return st.sampled_from(names).flatmap(numbers)


sds = priors("positive", "unit")
reals = priors("real")
pooled = st.fixed_dictionaries({"pooled": sds}, optional={"centred": st.booleans()})


@st.composite
def terms(draw):
    found = {}
    for key in draw(st.lists(keys, max_size=3, unique=True)):
        if draw(st.booleans()):
            found[key] = draw(pooled)
        else:
            shift = draw(st.one_of(reals, st.dictionaries(label, reals, min_size=1, max_size=2)))
            found[key] = {"shift": shift, "from": {key.split(":")[0]: draw(label)}}
    return found


@st.composite
def covariates(draw):
    one = st.fixed_dictionaries({"centre": number, "slope": reals}, optional={"missing": st.just("centre")})
    several = st.fixed_dictionaries(
        {"centre": number, "by": factor, "slope": st.dictionaries(label, reals, min_size=1, max_size=2)}
    )
    return draw(st.dictionaries(st.sampled_from(["age", "weight"]), st.one_of(one, several), max_size=2))


@st.composite
def parameters(draw, *, people=False, smallest=1e-3, largest=1.5):
    if draw(st.integers(0, 3)) == 0:
        return {"fixed": draw(st.floats(smallest, largest))}
    found = {"centre": draw(reals), **draw(terms()), "covariates": draw(covariates())}
    if draw(st.booleans()):
        found["separate"] = draw(keys.filter(lambda key: key not in found))
    if people and draw(st.booleans()):
        found["people"] = {"sd": draw(sds), "groups": draw(st.sampled_from(["first_order", "quadrature"]))}
    return found


@st.composite
def noises(draw):
    if draw(st.integers(0, 3)) == 0:
        return {"fixed": draw(st.floats(1e-3, 1))}
    found = {**draw(terms()), "family": draw(st.sampled_from(["normal", "student"]))}
    others = keys.filter(lambda key: key not in found)
    shrinks = draw(st.booleans())
    if shrinks:
        found["shrinks"] = True
    choices = [("sigma", sds), ("separate", others), ("nu", st.floats(2.1, 50))]
    for name, values in [*choices, *([("floor", sds)] if shrinks else [])]:
        if draw(st.booleans()):
            found[name] = draw(values)
    return found


@st.composite
def specs(draw):
    found = {
        "curve": draw(st.sampled_from(["emax", "sigmoid_emax", "two_site"])),
        "ec50": draw(parameters(people=True, largest=100.0)),
        "emax": draw(parameters()),
        "noise": draw(noises()),
        "title": draw(words),
        "description": draw(words),
        "exposure": draw(st.sampled_from(["dose", "concentration"])),
        "also_fit": draw(st.lists(words, max_size=2)),
        "answers_for": draw(st.dictionaries(factor, label, max_size=2)),
        "reference_doses": draw(st.dictionaries(label, spread, max_size=2)),
    }
    if found["curve"] == "sigmoid_emax":
        found["hill"] = draw(parameters(largest=5.0))
    if found["curve"] == "two_site":
        found["ec50_ratio"] = draw(parameters(smallest=1.001, largest=1e3))
        found["high_affinity_fraction"] = draw(parameters(largest=1.0))
    if draw(st.booleans()):
        found["n_assumed"] = draw(st.integers(1, 50))
    if draw(st.booleans()):
        found["dose_share"] = draw(priors("unit"))
    if found["curve"] != "two_site" and draw(st.booleans()):
        found["competition"] = {"rival": {"column": "rival_ng_ml", "ec50": draw(reals)}}
    return ModelSpec.model_validate(found)


@given(specs())
@how(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_model_round_trips_through_toml(spec):
    text = spec.to_toml()
    again = parse_model(text)
    assert again == spec
    assert again.to_toml() == text
    assert again.factors == spec.factors
    assert again.columns == spec.columns


@given(specs())
@how(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_priors_keep_their_order_and_have_unique_paths(spec):
    before, after = list(spec.each_prior()), list(parse_model(spec.to_toml()).each_prior())
    assert after == before
    assert len({path for path, _ in before}) == len(before)
    assert len(before) == spec.to_toml().count("dist = ")
