"""The commands of `petfit design`."""

from __future__ import annotations

import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cyclopts import App

from petfit.cli.app import app
from petfit.cli.options import AnswerFiles, parse_numbers
from petfit.cli.planning_options import QuestionOptions, StudyOptions

if TYPE_CHECKING:
    from petfit.planning.allocation import Allocation
    from petfit.planning.evaluation import Evaluation, SimulationSettings
    from petfit.planning.next_dose import NextDoses
    from petfit.planning.sample_size import SampleSize
    from petfit.planning.study_design import StudyDesign

__all__ = ["evaluate_design", "next_dose", "optimise_doses", "size_of_study"]


design_app = App(
    name="design", help="Plan a study: its precision, its size, its doses, and the dose of the next person."
)
app.command(design_app)


_OPTIONS, _QUESTION, _FILES = StudyOptions(), QuestionOptions(), AnswerFiles()


@design_app.command(name="evaluate")
def evaluate_design(
    design: Path,
    /,
    *,
    options: StudyOptions = _OPTIONS,
    window: tuple[float, float] | None = None,
    question: QuestionOptions = _QUESTION,
    files: AnswerFiles = _FILES,
) -> int:
    """Print how precise the answers of a planned study will be.

    Studies are simulated and fitted; a quick look by expected information stands beside them.

    Parameters
    ----------
    design
        The design of the study: a TOML file with its arms.
    window
        The lowest and the highest occupancy of a window, such as 0.65 0.80, whose doses are measured too.
    """
    from petfit.planning.evaluation import evaluate

    _check_files(files)
    settings, asked = options.settings, replace(question.question, window=window)
    return _answer(files, evaluate(design, settings, asked), design, settings)


def _check_files(files: AnswerFiles) -> None:
    """Refuse files that cannot be written, before anything is computed."""
    from petfit.evidence.files import PAGE, check_target
    from petfit.evidence.tsv import sidecar
    from petfit.plots.save_figure import check_figure_file

    if files.report is not None:
        check_target(files.report, PAGE, force=files.force)
    if files.plot is not None:
        check_figure_file(files.plot, force=files.force)
    if files.output is not None:
        sidecar(files.output)


def _answer(
    files: AnswerFiles,
    result: Evaluation | SampleSize | Allocation | NextDoses,
    study: Path | StudyDesign,
    settings: SimulationSettings,
) -> int:
    """Print an answer as a table with a paragraph, or for programs; draw its figure, and write its page."""
    from petfit.cli.output import print_answer
    from petfit.report.design_page import design_answer

    answer = design_answer(result)
    printed = answer.tables if files.is_printed_as_table else answer.tables[:1]
    print_answer(files, *reversed(printed))
    if files.is_printed_as_table:
        print(textwrap.fill(answer.paragraph, 100))
    if files.plot is not None:
        from petfit.plots.save_figure import save_figure

        save_figure(answer.draw, files.plot, force=files.force)
        print(f"Wrote {files.plot}", file=sys.stderr)
    if files.report is not None:
        from petfit.planning.planned_study import plan_study
        from petfit.report.write import write_design

        planned = plan_study(study, settings.model, given=settings.given, drug_table=settings.drug_table)
        page = write_design(answer, planned, files.report, force=files.force)
        print(f"Wrote {page}", file=sys.stderr)
    return 0


@design_app.command(name="next")
def next_dose(
    file: Path,
    /,
    *,
    max_dose: float,
    drug: str | None = None,
    doses: str | None = None,
    people: int = 1,
    by: Literal["information", "ratio"] = "information",
    results: int = 300,
    draws: int = 4000,
    seed: int = 1,
    question: QuestionOptions = _QUESTION,
    files: AnswerFiles = _FILES,
) -> int:
    """Print at which dose, up to a limit that you set, the next person would tell most; nothing is fitted.

    Parameters
    ----------
    file
        A fit file of the people so far.
    max_dose
        The highest dose allowed, in the unit of the fit.
    drug
        The drug, if the fit has several.
    doses
        The doses to choose from, separated by commas; if not given, twelve from half the lowest tested to the
        limit.
    people
        How many people are dosed before the next look.
    by
        What ranks the doses: the expected information about the dose for the target, or the median ratio of
        its interval.
    results
        Simulated results for each dose.
    draws
        Posterior draws that are weighted by each result, each with new people of its own.
    seed
        Seed of the random numbers.
    """
    from petfit.cli.output import load_fit
    from petfit.planning.evaluation import SimulationSettings
    from petfit.planning.next_dose import next_doses

    _check_files(files)
    fit = load_fit(file)
    chosen = next_doses(
        fit,
        max_dose,
        drug=drug,
        candidates=None if doses is None else parse_numbers(doses),
        people=people,
        question=question.question,
        by=by,
        results=results,
        draws=draws,
        seed=seed,
    )
    return _answer(files, chosen, chosen.study, SimulationSettings(given=fit))


@design_app.command(name="size")
def size_of_study(
    design: Path,
    /,
    *,
    assurance: float = 0.8,
    quantity: Literal["dose", "ec50"] = "dose",
    max_people: int = 100,
    max_scans: int | None = None,
    options: StudyOptions = _OPTIONS,
    question: QuestionOptions = _QUESTION,
    files: AnswerFiles = _FILES,
) -> int:
    """Print the smallest number of people for a precise interval; the arms keep their proportions.

    Parameters
    ----------
    design
        The design of the study: a TOML file with its arms.
    assurance
        The required probability of a ratio of upper to lower end below --ratio.
    quantity
        What is to be precise: the dose for the target occupancy, or ec50.
    max_people, max_scans
        The largest study that is considered.
    """
    from petfit.planning.sample_size import sample_size

    _check_files(files)
    settings = options.settings
    size = sample_size(
        design,
        settings,
        question.question,
        assurance=assurance,
        quantity=quantity,
        max_people=max_people,
        max_scans=max_scans,
    )
    return _answer(files, size, design, settings)


@design_app.command(name="optimise")
def optimise_doses(
    design: Path,
    /,
    *,
    doses: str | None = None,
    people: int | None = None,
    scans: int | None = None,
    max_dose: float | None = None,
    options: StudyOptions = _OPTIONS,
    question: QuestionOptions = _QUESTION,
    files: AnswerFiles = _FILES,
) -> int:
    """Print how many people at which dose would tell most about the dose for the target.

    Parameters
    ----------
    design
        The design of the study: a TOML file, whose first arm says how each person is scanned; its arms are
        those to choose from without --doses.
    doses
        The doses to choose from, separated by commas.
    people, scans
        The largest number of people, of scans, or both.
    max_dose
        The highest dose allowed.
    """
    from petfit.planning.allocation import optimise

    _check_files(files)
    settings, asked = options.settings, question.question
    allocation = optimise(
        design,
        settings,
        asked,
        doses=None if doses is None else parse_numbers(doses),
        people=people,
        scans=scans,
        max_dose=max_dose,
    )
    return _answer(files, allocation, allocation.study, settings)
