"""The likelihood: one file for each level of evidence, their sum, and predictive draws."""

from petfit.model.likelihood.base import Predicted, RowLikelihood
from petfit.model.likelihood.log_likelihood import LEVELS, inputs, log_likelihood, predict_levels
from petfit.model.likelihood.predict import predict
from petfit.model.likelihood.predictive_draws import predictive_draws

__all__ = [
    "LEVELS",
    "Predicted",
    "RowLikelihood",
    "inputs",
    "log_likelihood",
    "predict",
    "predict_levels",
    "predictive_draws",
]
