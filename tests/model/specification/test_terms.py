import pytest
from pydantic import ValidationError

from petfit.model.specification.terms import Covariate, Parameter, People, Term

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
}


@pytest.mark.parametrize(("part", "given_", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_an_invalid_part_is_rejected_with_the_reason(part, given_, words):
    with pytest.raises(ValidationError, match=words):
        part.model_validate(given_)


def test_terms_keep_the_order_of_the_file():
    keys = ["study", "drug", "drug:region"]
    assert (
        list(Parameter.model_validate({"centre": N01, **{key: {"pooled": HALF} for key in keys}}).terms)
        == keys
    )
