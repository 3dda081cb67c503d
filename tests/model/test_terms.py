import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from pydantic import ValidationError

from petfit.model.prior import FAMILIES
from petfit.model.specification import ModelSpec, parse_model
from petfit.model.terms import SIGMA, Covariate, Noise, Parameter, People, Term

N01 = {"dist": "Normal", "mu": 0.0, "sigma": 1.0}
HALF = {"dist": "HalfNormal", "sigma": 1.0}

REFUSED = {
    "a term of no state": (Term, {}, "either `pooled`"),
    "a term of two states": (Term, {"pooled": HALF, "shift": N01, "from": {"a": "b"}}, "either `pooled`"),
    "a shift from nowhere": (Term, {"shift": N01}, "belong together"),
    "a shift from two factors": (Term, {"shift": N01, "from": {"a": "b", "c": "d"}}, "names one factor"),
    "a pool away from a level": (Term, {"pooled": HALF, "from": {"a": "b"}}, "belong together"),
    "a centred shift": (Term, {"shift": N01, "from": {"a": "b"}, "centred": True}, "goes with `pooled`"),
    "a pool whose SD may be negative": (Term, {"pooled": N01}, "above 0"),
    "slopes by nothing": (Covariate, {"centre": 1.0, "slope": {"A": N01}}, "need `by`"),
    "a covariate without a centre": (Covariate, {"slope": N01}, "Field required"),
    "people whose SD may be negative": (People, {"sd": N01}, "above 0"),
    "people averaged in another way": (People, {"sd": HALF, "groups": "exact"}, "first_order"),
    "a parameter of no state": (Parameter, {}, "either `fixed`"),
    "a parameter of two states": (Parameter, {"fixed": 1.0, "centre": N01}, "either `fixed`"),
    "a fixed parameter with a term": (Parameter, {"fixed": 1.0, "drug": {"pooled": HALF}}, "is fixed"),
    "a fixed parameter with a covariate": (
        Parameter,
        {"fixed": 1.0, "covariates": {"age": {"centre": 1.0, "slope": N01}}},
        "is fixed",
    ),
    "a fixed parameter that is separate": (Parameter, {"fixed": 1.0, "separate": "drug"}, "is fixed"),
    "a parameter fixed at 0": (Parameter, {"fixed": 0.0}, "above 0"),
    "a parameter fixed at no number": (Parameter, {"fixed": float("nan")}, "finite"),
    "noise of two states": (Noise, {"fixed": 0.1, "sigma": HALF}, "either `fixed`"),
    "fixed noise with a term": (Noise, {"fixed": 0.1, "drug": {"pooled": HALF}}, "is fixed"),
    "noise fixed at 0": (Noise, {"fixed": 0.0}, "is fixed"),
    "fixed noise that is separate": (Noise, {"fixed": 0.1, "separate": "drug"}, "is fixed"),
    "a t without a variance": (Noise, {"nu": 2.0}, "above 2"),
    "a t of no degrees": (Noise, {"nu": float("nan")}, "finite"),
    "a floor that may be negative": (Noise, {"floor": N01}, "above 0"),
}


@pytest.mark.parametrize(("part", "given_", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_an_invalid_part_is_rejected_with_the_reason(part, given_, words):
    with pytest.raises(ValidationError, match=words):
        part.model_validate(given_)


def test_noise_has_a_default_prior_with_a_source():
    assert Noise().sigma == SIGMA
    assert SIGMA.source
    assert Noise(fixed=0.1).sigma is None


def test_terms_keep_the_order_of_the_file():
    keys = ["study", "drug", "drug:region"]
    assert (
        list(Parameter.model_validate({"centre": N01, **{key: {"pooled": HALF} for key in keys}}).terms)
        == keys
    )


# --- generated models ---------------------------------------------------------------------------

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


def test_defaults_of_shrinking_noise_match_test_retest_data():
    noise = Noise.model_validate({"shrinks": True})
    sigma, floor = (float(prior.quantile(0.5)) for prior in (noise.sigma, noise.floor))
    sd = [(floor**2 + (sigma * (1 - occupancy)) ** 2) ** 0.5 for occupancy in (0.0, 0.5, 0.8)]
    assert sd == pytest.approx([0.12, 0.07, 0.04], abs=0.004)
    assert "Ogden2007" in noise.sigma.source
    assert "Ogden2007" in noise.floor.source
    assert Noise.model_validate({"floor": HALF}).shrinks
    assert Noise.model_validate({}).floor is None
