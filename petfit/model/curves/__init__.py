"""Curves from exposure to occupancy. A new curve needs one file and one line here."""

from __future__ import annotations

from petfit.model.curves.base import Curve
from petfit.model.curves.emax import EMAX
from petfit.model.curves.sigmoid_emax import SIGMOID_EMAX
from petfit.model.curves.two_site import TWO_SITE

__all__ = ["CURVES", "Curve"]

CURVES: dict[str, Curve] = {curve.name: curve for curve in (EMAX, SIGMOID_EMAX, TWO_SITE)}
