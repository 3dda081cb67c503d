"""The likelihood: one file for each level of evidence, their sum, and simulation from it."""

from petfit.model.likelihood.base import Level, Predicted
from petfit.model.likelihood.log_likelihood import LEVELS, inputs, log_likelihood, predict_levels
from petfit.model.likelihood.predict import predict
from petfit.model.likelihood.simulate import simulate

__all__ = [
    "LEVELS",
    "Level",
    "Predicted",
    "inputs",
    "log_likelihood",
    "predict",
    "predict_levels",
    "simulate",
]
