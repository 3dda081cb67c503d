"""The shell: one command a function; heavy rooms are imported only by the command that needs them."""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, CycloptsError, Parameter

from petfit.errors import EvidenceError, PetfitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from petfit.evidence import Evidence, TableFormat
    from petfit.fit import Fit
    from petfit.model.specification import ModelSpec
    from petfit.report.preview import Preview
    from petfit.report.text_tables import Table as Laid

__all__ = ["app", "main"]

type Format = Literal["table", "json", "csv", "tsv"]


@Parameter(name="*")
@dataclass(frozen=True)
class Table:
    """How a table of your own is to be read.

    Parameters
    ----------
    columns
        Your names of columns, as dose=mg_per_day,value=Occ.
    wide
        The factor, such as region, whose levels are columns of the table.
    ignore
        Columns to leave out, separated by commas.
    decimal
        The decimal mark, "." or ","; decided by the table if not given.
    sheet
        The sheet of a workbook, or a part of the file names of a BIDS folder, as model-SRTM.
    """

    columns: str | None = None
    wide: str | None = None
    ignore: str | None = None
    decimal: str | None = None
    sheet: str | None = None


app = App(
    name="petfit",
    help="""Bayesian PET occupancy fitting: EC50, and the dose that reaches an occupancy.

For research, not for treating people.

Exit status: 0 done, 1 a check failed, 2 bad input or usage.""",
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,  # `main` says what it leaves behind
)


@Parameter(name="*")
@dataclass(frozen=True)
class Question:
    """Whose answer, where, how sure, and for whom it is printed.

    Parameters
    ----------
    who
        Whose: typical, new_subject, new_study (a prediction for a study, not a dose to give) or new_drug (in
        reference doses).
    at
        Level of a factor, as region=midbrain, value of a covariate, or exposure to a competitor; may be
        repeated.
    prob
        Probability of the equal-tailed interval.
    format
        For people, or for programs.
    output
        Write the table to this .tsv file instead, its data dictionary beside it.
    """

    predict_for: str = "typical"
    at: Annotated[tuple[str, ...], Parameter(negative="", show_default=False)] = ()
    prob: float = 0.95
    format: Format = "table"
    output: Annotated[Path | None, Parameter(alias="-o")] = None

    @property
    def for_people(self) -> bool:
        """Whether a table for people is wanted."""
        return self.format == "table" and self.output is None

    @property
    def levels(self) -> dict[str, str]:
        """Levels by factor."""
        return _levels(self.at)


_USUAL = Question()


def _give(question: Question, flat: Callable[[], pd.DataFrame], *shown: tuple[str, Laid]) -> int:
    """Show tables for people, write one of answers to the file asked for, or print it for programs."""
    from petfit.cli import terminal

    if question.for_people:
        for title, laid in shown:
            terminal.show(title, laid)
    elif question.output is None:
        terminal.write(flat(), question.format)
    else:
        from petfit.evidence.tsv import sidecar, write_table
        from petfit.report.column_descriptions import dictionary

        found = flat()
        write_table(found, question.output, dictionary(found))
        print(f"Wrote {question.output} and {sidecar(question.output)}")
    return 0


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave garbage where it is for some seconds, a few hundredths of which collecting it would take."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@app.command
@_uncollected()
def fit(
    evidence: str = "sert_occupancy",
    *,
    model: str | None = None,
    output: Annotated[Path, Parameter(alias="-o")] = Path("fit.nc"),
    seed: int | None = None,
    drugs: Path | None = None,
    draws: int | None = None,
    tune: int | None = None,
    chains: int | None = None,
    target_accept: float | None = None,
    table: Table | None = None,
) -> int:
    """Fit a model to a table, save the fit, and print the answers.

    Parameters
    ----------
    evidence
        A table of your own (CSV, TSV, .xlsx, a folder of PET-BIDS derivatives); the bundled SERT evidence
        if not given.
    model
        Name of a bundled model or a TOML file; if not given, the bundled one that suits the table.
    output
        The fit file to write.
    seed
        Seed of every random number.
    drugs
        A drug table of your own (reference doses, marketed strengths).
    draws
        Kept draws of each chain.
    tune
        Warm-up draws of each chain.
    chains
        Number of chains.
    target_accept
        Acceptance rate to tune the step size to; raise it if draws diverge.
    """
    import petfit
    from petfit.cli import terminal
    from petfit.evidence.files import check_target
    from petfit.settings import Settings

    check_target(output)
    given = {"draws": draws, "tune": tune, "chains": chains, "target_accept": target_accept, "seed": seed}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    fitted = petfit.fit(
        evidence,
        model,
        drugs=drugs,
        table_format=_table_format(table),
        settings=settings,
        progress=sys.stderr.isatty(),
    ).with_checks()
    fitted.save(output)
    _say_what_was_fitted(fitted)
    _print_answers(fitted)
    terminal.checks(fitted.check())
    print(f"\nSaved as {output}. Next: petfit report {output}\nFor research, not for treating people.")
    return 0


def _say_what_was_fitted(fitted: Fit) -> None:
    evidence, spec = fitted.evidence, fitted.spec
    rows, out = len(fitted.design.rows), len(fitted.excluded_rows)
    left = f", {out} left out with their reasons" if out else ""
    simulated = " (simulated values)" if evidence.simulated else ""
    print(
        f"Model: {spec.title or 'untitled'}. Evidence: {evidence.name}{simulated}, {rows} rows fitted{left}."
    )
    assumed = evidence.table.loc[fitted.design.rows.index, "n"].isna()
    if (assumed & (evidence.table["level"] == "range")).any():
        print(f"Default: n not given for a range: {spec.n_assumed} people, the model's n_assumed.")
    _say_defaults(evidence)
    for drug, reference in fitted.design.references.items():
        print(f"Reference of {drug}: {reference.value:g} {reference.unit}, from {reference.origin}.")


def _say_defaults(evidence: Evidence) -> None:
    for sentence in evidence.defaults:
        print(f"Default: {sentence}.")


def _print_answers(fitted: Fit) -> None:
    from petfit.cli import terminal
    from petfit.report import text_tables
    from petfit.results import summary

    exposure = fitted.spec.exposure_words
    terminal.show(
        f"{exposure.capitalize()} for 80 % occupancy", text_tables.doses(fitted.dose_for_occupancy(0.8))
    )
    terminal.show("EC50 and Emax", text_tables.parameters(summary.parameters(fitted), exposure))


@app.command
def summary(
    file: Path,
    *,
    question: Question = _USUAL,
) -> int:
    """Print EC50 and Emax of each drug.

    Parameters
    ----------
    file
        A fit file.
    """
    import petfit
    from petfit.report import text_tables
    from petfit.results import summary

    fitted = petfit.load(file)
    found = summary.parameters(fitted, question.predict_for, prob=question.prob, at=question.levels)
    laid = text_tables.parameters(found, fitted.spec.exposure_words)
    return _give(question, lambda: summary.parameter_frame(found), ("EC50 and Emax", laid))


@app.command
def dose(
    file: Path,
    *,
    occupancy: str = "0.8",
    question: Question = _USUAL,
) -> int:
    """Print the dose of each drug that reaches an occupancy.

    Parameters
    ----------
    file
        A fit file.
    occupancy
        Fractions, separated by commas.
    """
    import petfit
    from petfit.report import text_tables
    from petfit.results import summary

    found = petfit.load(file).dose_for_occupancy(
        _numbers(occupancy), question.predict_for, prob=question.prob, at=question.levels
    )
    return _give(question, lambda: summary.frame(found), ("Dose for an occupancy", text_tables.doses(found)))


@app.command
def predict(
    file: Path,
    *,
    dose: str,
    question: Question = _USUAL,
) -> int:
    """Print the occupancy of each drug at doses.

    Parameters
    ----------
    file
        A fit file.
    dose
        Doses in each drug's unit, separated by commas.
    """
    import petfit
    from petfit.report import text_tables
    from petfit.results import summary

    found = petfit.load(file).occupancy(
        _numbers(dose), question.predict_for, prob=question.prob, at=question.levels
    )
    return _give(
        question, lambda: summary.frame(found), ("Occupancy at a dose", text_tables.occupancies(found))
    )


@app.command
def attain(
    file: Path,
    *,
    occupancy: str = "0.8",
    dose: str | None = None,
    smallest: bool = False,
    question: Question = _USUAL,
) -> int:
    """Print how surely, and in how many people, the marketed strengths or other doses reach an occupancy.

    Parameters
    ----------
    file
        A fit file.
    occupancy
        Fractions, separated by commas.
    dose
        Doses in each drug's unit, separated by commas; if not given, every marketed strength, one a day.
    smallest
        Print the smallest marketed strength that is sure enough instead.
    """
    import petfit
    from petfit.report import text_tables
    from petfit.results import summary
    from petfit.results.target_attainment import CERTAINTIES

    if smallest and dose is not None:
        raise PetfitError("--smallest looks through the marketed strengths; leave out --dose")
    fitted, targets = petfit.load(file), _numbers(occupancy)
    if not smallest:
        doses = None if dose is None else _numbers(dose)
        found = fitted.target_attainment(
            doses, targets, question.predict_for, prob=question.prob, at=question.levels
        )
        laid = text_tables.attainment(found, all_doses=dose is not None)
        flat = summary.frame(found)
        wanted = flat[flat["marketed"]] if dose is None else flat
        _give(question, lambda: wanted, ("Occupancy reached", laid))
    if smallest or (dose is None and question.for_people):
        predict_for, levels = question.predict_for, question.levels
        least = fitted.smallest_strength(targets, predict_for, certainty=CERTAINTIES, at=levels)
        laid = text_tables.smallest(least)
        _give(question, lambda: summary.frame(least), ("Smallest marketed strength", laid))
    return 0


@app.command
def differences(file: Path, /, *, occupancy: str = "0.8", question: Question = _USUAL) -> int:
    """Print how EC50 and the dose for an occupancy differ between drugs, as ratios.

    Parameters
    ----------
    file
        A fit file.
    occupancy
        Fractions, separated by commas.
    """
    import pandas as pd

    import petfit
    from petfit.report import text_tables
    from petfit.results.contrasts import each_pair_once

    fitted = petfit.load(file)
    compared: tuple[Literal["ec50"] | float, ...] = ("ec50", *_numbers(occupancy))
    found = [
        fitted.contrasts(of, question.predict_for, prob=question.prob, at=question.levels) for of in compared
    ]
    shown = [(f"Ratios of {one.attrs['of']}", text_tables.differences(one)) for one in found]
    return _give(question, lambda: pd.concat(map(each_pair_once, found), ignore_index=True), *shown)


@app.command
def equivalent(file: Path, /, *, drug: str, dose: str, question: Question = _USUAL) -> int:
    """Print the dose of each drug that occupies as much as a dose of one of them does.

    Parameters
    ----------
    file
        A fit file.
    drug
        The drug whose doses are given.
    dose
        Doses in its unit, separated by commas.
    """
    import petfit
    from petfit.report import text_tables
    from petfit.results import summary

    fitted = petfit.load(file)
    doses, predict_for = _numbers(dose), question.predict_for
    found = fitted.equivalent_dose(drug, doses, predict_for, prob=question.prob, at=question.levels)
    return _give(question, lambda: summary.frame(found), ("Equivalent doses", text_tables.equivalents(found)))


@app.command
def compare(
    *files: Path, occupancy: str = "0.8", report: Path | None = None, question: Question = _USUAL
) -> int:
    """Compare fits of one table: leave-one-out, stacking weights, and the dose under each and stacked.

    Parameters
    ----------
    files
        Two fit files or more.
    occupancy
        Fractions, separated by commas.
    report
        Write a report of all models as well, one HTML page with its tables beside it.
    """
    import petfit
    from petfit.report import text_tables

    if len(set(files)) < len(files):
        raise PetfitError("one fit file is given twice")
    fits = {str(file): petfit.load(file) for file in files}
    targets, predict_for = _numbers(occupancy), question.predict_for
    found = petfit.compare(fits, targets, predict_for, prob=question.prob, at=question.levels)
    models, doses = text_tables.models(found.models), text_tables.by_model(found.answers)
    _give(question, lambda: found.frame, ("Models", models), ("Dose for an occupancy", doses))
    for sentence in found.warnings:
        print(f"Warning: {sentence}", file=sys.stderr)
    if report is not None:
        from petfit.report import write_comparison

        print(f"Wrote {write_comparison(fits, found, report)}", file=sys.stderr)
    return 0


@app.command
def check(file: Path, /, *, refit: bool = False, format: Format = "table") -> int:
    """Print the verdicts on a fit; exit with 1 if one is FAIL.

    Parameters
    ----------
    file
        A fit file.
    refit
        First fit again without each study and under other assumptions, which takes minutes, and keep what
        came of it in the fit file.
    format
        For people, or for programs; json has the figures beside their limits, and the tables behind the
        verdicts, as well.
    """
    import petfit
    from petfit.cli import terminal

    fitted = petfit.load(file)
    if refit:
        fitted = fitted.refit(progress=sys.stderr.isatty()).with_checks()
        fitted.save(file)
    records = fitted.check()
    terminal.checks(records, format)
    return int(any(record.verdict == "FAIL" for record in records))


@app.command
@_uncollected()
def report(file: Path, /, *, output: Annotated[Path, Parameter(alias="-o")] = Path("report.html")) -> int:
    """Write the report of a fit: one HTML file that needs no network, its tables in a folder beside it.

    Parameters
    ----------
    file
        A fit file.
    output
        The page to write.
    """
    import petfit

    print(f"Wrote {petfit.load(file).report(output)}")
    return 0


@app.command
def models(name: str | None = None, /) -> int:
    """List the bundled models, or print one, ready to edit.

    Parameters
    ----------
    name
        A bundled model.
    """
    from petfit.cli import terminal
    from petfit.evidence.bundled import models_folder
    from petfit.model.specification import model_file, read_model
    from petfit.report.text_tables import Table

    if name is not None:
        print(model_file(name).read_text(encoding="utf-8"), end="")
        return 0
    specs = {file.stem: read_model(file) for file in sorted(models_folder().glob("*.toml"))}
    rows = [[stem, spec.title, " ".join(spec.description.split())] for stem, spec in specs.items()]
    terminal.show("Models", Table(["name", "title", "when to use it"], rows))
    return 0


@app.command
def priors(
    model: str = "emax", /, *, evidence: str | None = None, plot: Path | None = None, format: Format = "table"
) -> int:
    """Print a model's priors, and the sentences for a methods section.

    Parameters
    ----------
    model
        Name of a bundled model or a TOML file.
    evidence
        The table the model is meant for: warn where the prior of EC50 lies far off its exposures.
    plot
        Draw the curves the model expects before any evidence, into an SVG, PDF or PNG file.
    format
        For people, or for programs.
    """
    from petfit.cli import terminal
    from petfit.model.specification import read_model
    from petfit.report import text_tables

    spec = read_model(model)
    found = spec.priors()
    if format == "table":
        terminal.show(f"Priors of {model}", text_tables.priors(found))
        print("\n".join(found["sentence"]))
    else:
        terminal.write(found.reset_index(), format)
    if evidence is not None:
        _warn_of_far_priors(spec, evidence)
    if plot is not None:
        from petfit import plots

        plots.save(plots.before(spec), plot)
        print(f"Wrote {plot}", file=sys.stderr)
    return 0


def _warn_of_far_priors(spec: ModelSpec, evidence: str) -> None:
    from petfit.evidence import read_evidence
    from petfit.evidence.drug_table import read_drugs
    from petfit.model import prior_predictive

    table = read_evidence(evidence, extra=spec.columns)
    for drug, share in prior_predictive.prior_far_away(spec, table, read_drugs()).items():
        if share > prior_predictive.SHARE_MOST:
            print(
                f"Warning: the prior gives {drug} a probability of {share:.2f} of an EC50 more than "
                f"{prior_predictive.FAR:g} times beyond the exposures tested. Check the unit of the exposures and "
                "the prior's centre.",
                file=sys.stderr,
            )


data_app = App(name="data", help="List the bundled tables, print one, check your own, or start one.")
app.command(data_app)


@data_app.default
def data(
    name: str | None = None,
    *,
    format: Format = "table",
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    table: Table | None = None,
) -> int:
    """List the bundled tables, or print what petfit reads in one.

    Parameters
    ----------
    name
        A bundled table, or a file of your own.
    format
        For people, or for programs.
    output
        Write the table, in petfit's columns and units, to this .tsv file, its data dictionary beside it.
    """
    from petfit.cli import terminal
    from petfit.evidence import read_evidence
    from petfit.evidence.bundled import data_folder
    from petfit.report import text_tables

    if name is None:
        stems = [file.stem for file in sorted(data_folder().glob("*.csv")) if file.stem != "drugs"]
        found = {stem: read_evidence(stem) for stem in stems}
        terminal.show("Evidence", text_tables.listing(found))
        return 0
    evidence = read_evidence(name, **vars(_table_format(table)))
    if output is not None:
        print(f"Wrote {evidence.save(output)}")
    elif format == "table":
        terminal.show(evidence.name, text_tables.evidence(evidence.table))
        _say_defaults(evidence)
    else:
        terminal.write(evidence.table, format)
    return 0


@data_app.command(name="check")
def check_data(
    file: str,
    *,
    model: str | None = None,
    drugs: Path | None = None,
    format: Literal["table", "json"] = "table",
    table: Table | None = None,
) -> int:
    """Say what petfit understands of a table, or all that is wrong with it, without fitting.

    Parameters
    ----------
    file
        A file of your own, or a bundled table.
    model
        Name of a bundled model or a TOML file: say as well whether it can use the table.
    drugs
        A drug table of your own (molar masses, reference doses).
    format
        For people, or for programs.
    """
    from petfit.cli import terminal
    from petfit.report import preview

    try:
        found = preview.preview(file, model, drugs, _table_format(table))
    except PetfitError as error:
        if format == "table":
            raise
        terminal.write_json(preview.refusal(file, error))
        return 2
    if format == "table":
        _print_preview(found)
    else:
        terminal.write_json(preview.record(found))
    return 0


def _print_preview(found: Preview) -> None:
    from petfit.cli import terminal
    from petfit.report import text_tables

    seen, design = found.evidence, found.design
    print(f"{seen.name}: no problem. {seen.rows} rows, {seen.used} of them used.\n")
    terminal.show("Rows by drug and level", text_tables.records(seen.levels))
    terminal.show("Exposures", text_tables.exposures(seen.exposures))
    terminal.show("Studies, regions, tracers and regimens", text_tables.records(seen.names))
    if len(seen.left_out):
        terminal.show("Rows not used", text_tables.records(seen.left_out))
    for sentence in seen.defaults:
        print(f"Note: {sentence}.")
    if design is not None:
        print(f"Model: {design.spec.title or 'untitled'} can fit {len(design.rows)} rows of this table.\n")
        terminal.show("Reference exposures", text_tables.references(design.references))


@data_app.command
def template(
    *, output: Annotated[Path, Parameter(alias="-o")] = Path("table.tsv"), force: bool = False
) -> int:
    """Write an empty table with an example row of each level, and a JSON file that describes its columns.

    Parameters
    ----------
    output
        The table to write; its name ends in .tsv.
    force
        Replace files that are there already.
    """
    from petfit.evidence.template import write_template

    path = write_template(output, force=force)
    print(f"Wrote {path} and {path.with_suffix('.json')}. Next: petfit data check {path}")
    return 0


@app.command
def cache(*, clear: bool = False) -> int:
    """Show the compiled code that petfit keeps between processes, or remove it.

    Parameters
    ----------
    clear
        Remove it; the next fit compiles it anew.
    """
    from petfit.inference import code_cache

    found = code_cache.entries()
    size = sum(file.stat().st_size for entry in found for file in entry.rglob("*") if file.is_file())
    if clear:
        code_cache.clear()
    versions = f"{len(found)} version{'s' if len(found) != 1 else ''} of compiled code, {size / 1e6:.1f} MB"
    print(f"{code_cache.folder()}: {'removed ' if clear else ''}{versions}")
    return 0


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise PetfitError(f"{text!r}: numbers separated by commas belong here, as 0.5,0.8") from None


def _table_format(table: Table | None) -> TableFormat:
    from petfit.evidence import TableFormat

    given = table or Table()
    columns = {}
    for pair in _names(given.columns):
        name, equals, theirs = (part.strip() for part in pair.partition("="))
        if not (name and equals and theirs):
            raise PetfitError(f"--columns {pair!r}: write petfit's name=your name, as dose=mg_per_day")
        if name in columns:
            raise PetfitError(f"--columns: {name} stands twice")
        columns[name] = theirs
    return TableFormat(columns, given.wide, _names(given.ignore), given.decimal, given.sheet)


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",")) if text else ()


def _levels(at: tuple[str, ...]) -> dict[str, str]:
    levels = {}
    for pair in at:
        factor, equals, level = pair.partition("=")
        if not equals:
            raise PetfitError(f"--at {pair!r}: write factor=level, as region=midbrain")
        if factor in ("predict_for", "prob", "drugs"):
            raise PetfitError(f"--at {pair!r}: {factor} is no factor; give it as --{factor}")
        levels[factor] = level
    return levels


def _refuse(error: Exception) -> None:
    """Say what is wrong in one message: on a terminal the problems of a table as a table."""
    if isinstance(error, EvidenceError) and sys.stderr.isatty():
        from petfit.cli import terminal

        terminal.problems(error)
    else:
        print(f"petfit: {error}", file=sys.stderr)


def main() -> None:
    """Run the shell's command and exit: 0 done, 1 a check failed, 2 bad input or usage."""
    # Looking for garbage often, and once more at the end, takes a tenth of so short a process.
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = app(exit_on_error=False, print_error=False, result_action="return_value")
    except (PetfitError, CycloptsError) as error:
        _refuse(error)
        status = 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as error:
        print(f"petfit: {error.filename or 'a file'}: {error.strerror}", file=sys.stderr)
        status = 2
    except KeyboardInterrupt:
        print("petfit: stopped, nothing was written", file=sys.stderr)
        status = 130
    sys.exit(status or 0)
