import pytest
from pydantic import ValidationError

from petfit.model.specification.residual_noise import Noise

N01 = {"dist": "Normal", "mu": 0.0, "sigma": 1.0}
HALF = {"dist": "HalfNormal", "sigma": 1.0}

REFUSED = {
    "noise of two states": ({"fixed": 0.1, "sigma": HALF}, "either `fixed`"),
    "fixed noise with a term": ({"fixed": 0.1, "drug": {"pooled": HALF}}, "is fixed"),
    "noise fixed at 0": ({"fixed": 0.0}, "is fixed"),
    "fixed noise that is separate": ({"fixed": 0.1, "separate": "drug"}, "is fixed"),
    "a t without a variance": ({"nu": 2.0}, "above 2"),
    "a t of no degrees": ({"nu": float("nan")}, "finite"),
    "a floor that may be negative": ({"floor": N01}, "above 0"),
}


@pytest.mark.parametrize(("noise", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_invalid_noise_is_rejected_with_the_reason(noise, words):
    with pytest.raises(ValidationError, match=words):
        Noise.model_validate(noise)


def test_noise_with_a_floor_shrinks():
    assert Noise.model_validate({"floor": HALF}).shrinks
    assert Noise.model_validate({}).floor is None
