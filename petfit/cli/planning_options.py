"""Options that the commands of `petfit design` share."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import Parameter

if TYPE_CHECKING:
    from petfit.planning.evaluation import SimulationSettings
    from petfit.planning.question import Question

__all__ = ["QuestionOptions", "StudyOptions"]


@Parameter(name="*")
@dataclass(frozen=True)
class QuestionOptions:
    """What is asked of a planned study.

    Parameters
    ----------
    occupancy
        The target occupancy, a fraction.
    ratio
        An interval is precise if its upper end over its lower end is below this.
    prob
        Probability of the equal-tailed interval.
    min_probability
        The chosen strength is the smallest that reaches the occupancy with this posterior probability.
    """

    occupancy: float = 0.8
    ratio: float = 2.0
    prob: float = 0.95
    min_probability: float = 0.5

    @property
    def question(self) -> Question:
        """The question that these options ask."""
        from petfit.planning.question import Question

        return Question(self.occupancy, self.ratio, self.prob, self.min_probability)


@Parameter(name="*")
@dataclass(frozen=True)
class StudyOptions:
    """How studies are simulated and fitted.

    Parameters
    ----------
    model
        Name of a bundled model or a TOML file; that of the given fit, or a bundled one, if not given.
    given
        A fit file of the evidence so far: the true parameters are drawn from its posterior, instead of from
        the priors, and its table is fitted together with each simulated study.
    studies
        How many studies are simulated.
    drug_table
        A drug table of your own (reference doses, marketed strengths).
    seed
        Seed of the random numbers.
    folder
        Where the results of simulated studies are kept, so that a command that was stopped continues.
    workers
        How many processes fit; one for each processor if not given.
    scheduler
        The address of a Dask scheduler, such as tcp://host:8786, whose workers fit instead.
    """

    model: str | None = None
    given: Path | None = None
    studies: int = 200
    drug_table: Path | None = None
    seed: int = 1
    folder: Path | None = None
    workers: int | None = None
    scheduler: str | None = None

    @property
    def settings(self) -> SimulationSettings:
        """How studies are simulated and fitted, with the fit that is given."""
        from petfit.cli.output import load_fit
        from petfit.planning.evaluation import SimulationSettings

        given = None if self.given is None else load_fit(self.given)
        return SimulationSettings(**{**vars(self), "given": given, "progress": sys.stderr.isatty()})
