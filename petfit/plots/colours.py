"""The colours of all figures."""

from __future__ import annotations

__all__ = ["BAND", "COLOURS", "GREY", "INK"]

COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31"]
"""The palette of Okabe and Ito (2008), which colour-blind readers can tell apart."""
BAND = "#5B7083"
INK = "#1F2D3A"
GREY = "#444444"
