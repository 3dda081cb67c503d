"""What is asked of a planned study."""

from __future__ import annotations

from dataclasses import dataclass

from petfit.errors import PetfitError
from petfit.results.occupancy_window import check_window
from petfit.results.quantiles import PROB, check_prob

__all__ = ["Question"]


@dataclass(frozen=True)
class Question:
    """What is asked of a planned study.

    Parameters
    ----------
    occupancy : float
        The target occupancy, a fraction.
    ratio : float
        Upper over lower end of an interval, below which it is precise.
    prob : float
        Probability of the equal-tailed interval.
    min_probability : float
        The strength chosen is the smallest that reaches the occupancy with this posterior probability.
    window : tuple of float, optional
        The lowest and the highest occupancy of a window, fractions: its doses are measured too.
    """

    occupancy: float = 0.8
    ratio: float = 2.0
    prob: float = PROB
    min_probability: float = 0.5
    window: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for name in ("occupancy", "prob", "min_probability"):
            check_prob(getattr(self, name), name)
        if self.window is not None:
            check_window(self.window)
        if not self.ratio > 1:
            raise PetfitError(
                f"ratio must be above 1, not {self.ratio:g}: upper over lower end of an interval"
            )

    @property
    def occupancies(self) -> dict[str, float]:
        """The occupancies whose doses are measured, by the name of the dose.

        Examples
        --------
        >>> Question(window=(0.65, 0.75)).occupancies
        {'dose': 0.8, 'lower_dose': 0.65, 'upper_dose': 0.75}
        >>> Question(window=(0.65, 0.8)).occupancies
        {'dose': 0.8, 'lower_dose': 0.65}
        """
        ends = zip(("lower_dose", "upper_dose"), self.window or (), strict=False)
        return {"dose": self.occupancy} | {name: end for name, end in ends if end != self.occupancy}
