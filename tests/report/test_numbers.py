"""Every number in the text of a page is found in a table next to the page."""

import re
from dataclasses import dataclass, replace

import html5lib
import numpy as np
import pandas as pd
import pytest
import xarray as xr

import petfit
from petfit.report import write
from petfit.results import comparison, formatting
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import curve_parameters
from tests import plasma_model
from tests.helpers import fit_from_prior, slow_but

NUMBER = re.compile(r"(?<![\w.^\[-])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)")
ELSEWHERE = {"style", "script", "noscript", "pre", "td", "equation", "sources", "assumptions"}
"""Tags and classes of text that is found elsewhere: cells, the model file, equations, sources."""
INLINE = {"a", "strong", "code", "span"}
COUNT_OF_PROBLEMS = re.compile(r"\d+ problems? w(?:as|ere) found")
"""The problems themselves follow; `tests.report.test_verdict` counts them."""
SPOKEN = ("alt", "aria-label", "value")
DEFINING = {"0", "1", "100"}
"""Numbers that definitions may contain: the ends of a fraction, or of a percentage, a deviation of 0, a
reference of 1."""
NAMING = {
    *["place", "drug", "study", "subject", "person", "region", "tracer", "unit", "row", "quantity", "answer"]
}


@dataclass(frozen=True)
class Part:
    """A part of the page, by tag and beginning of a class or id, and the tables with its numbers."""

    tag: str
    prefix: str
    tables: tuple[str, ...]
    defines: bool = False


COMPARED = ("models", "comparison_limits")
ANSWERS = ("settings", "counts", "comparison_limits", "evidence_fitted", "*")
CHECKS = ("limits", "check_leave_one_study_out", "check_assumptions", "settings")
PARTS = (
    Part("div", "card", ("doses",)),
    Part(
        "ul",
        "caveats",
        (
            "doses",
            "evidence_fitted",
            "prior_contraction",
            "counts",
            "settings",
            "limits",
            "model.toml",
            *COMPARED,
        ),
    ),
    Part("ul", "verdicts", CHECKS),
    Part("p", "problem-line", CHECKS),
    Part("p", "verdict", (*CHECKS, *COMPARED)),
    Part("figcaption", "", ("settings",), defines=True),
    Part("dd", "", ("settings", "limits"), defines=True),
    Part("h3", "", ("counts", "settings")),
    Part("details", r"table-[\w-]*check_", CHECKS),
    Part("div", r"table-(?!prior|reference|settings|reproduction)", ANSWERS, defines=True),
    Part("div", "table-", ("settings", "counts", "comparison_limits", "*"), defines=True),
    Part("details", "table-evidence", ("settings", "counts", "*"), defines=True),
    Part("details", "table-", ("settings", "*"), defines=True),
    Part("section", "model", ("effects", "settings", "model.toml"), defines=True),
    Part("section", "evidence", ("settings", "model.toml"), defines=True),
    Part("section", "comparison", ("settings", *COMPARED)),
    Part("html", "", ("settings", "counts", "evidence_fitted", "comparison_limits")),
)
"""An element belongs to the innermost part around it; ``*`` stands for the table that it shows."""


@dataclass(frozen=True)
class Sentence:
    """A text of the page with the tables of its part."""

    text: str
    tables: tuple[str, ...] = ()
    defines: bool = False
    model: str = ""


def part_of(element, around):
    """The part of the page to which an element belongs, and its model in a comparison."""
    identifier = element.get("id", "")
    model = f"{identifier.removeprefix('model-')}_" if identifier.startswith("model-") else around.model
    names = [*element.get("class", "").split(), identifier]
    for part in PARTS:
        if element.tag == part.tag and any(re.match(part.prefix, name) for name in names):
            own_table = identifier.removeprefix("table-")
            tables = tuple(own_table if table == "*" else table for table in part.tables)
            return Sentence("", tables, part.defines, model)
    return around


def sentences(element, around=Sentence("")):
    """Yield every text of an element that is not found elsewhere."""
    if {element.tag, element.get("class")} & ELSEWHERE:
        return
    here = part_of(element, around)
    parts, inner = [element.text or ""], []
    for child in element:
        inner += [] if child.tag in INLINE else [child]
        parts += ["".join(child.itertext())] if child.tag in INLINE else [" "]
        parts.append(child.tail or "")
    for text in ("".join(parts), *(element.get(name, "") for name in SPOKEN)):
        yield replace(here, text=text)
    for child in inner:
        if isinstance(child.tag, str):
            yield from sentences(child, here)


class Tables:
    """The table files of a page: their printed numbers and the names of their rows."""

    def __init__(self, folder):
        self.frames = {
            path.stem: pd.read_csv(path, sep="\t", na_values="n/a") for path in folder.glob("*.tsv")
        }
        models = " ".join(path.read_text(encoding="utf-8") for path in folder.glob("*.toml"))
        self.prints = {("model.toml", ""): {f"{float(number):g}" for number in NUMBER.findall(models)}}
        texts = {
            str(label)
            for table in self.frames.values()
            for name in table
            if name in NAMING
            for label in table[name]
        }
        names = [label for label in texts if re.search(r"\d", label) and re.search(r"[^\W\d]", label)]
        alternatives = "|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"(?!)"
        self.names = re.compile(rf"(?:{alternatives})(?!\.?\d)")

    def printed_numbers(self, table, model):
        """The printed numbers of a table, of one model of a comparison or of all."""
        if table == "model.toml":
            return self.prints[table, ""]
        if (table, model) not in self.prints:
            wanted = re.compile(rf"({re.escape(model) or '.*_'})?{table}")
            frames = [frame for name, frame in self.frames.items() if wanted.fullmatch(name)]
            values = {value for frame in frames for value in frame.select_dtypes("number").to_numpy().ravel()}
            self.prints[table, model] = {
                number for value in values for number in printed(value, free="limits" in table)
            }
        return self.prints[table, model]

    def contain(self, number, sentence):
        """Whether a number is in one of the tables of its sentence."""
        defining = sentence.defines and number in DEFINING
        return defining or any(
            number in self.printed_numbers(table, sentence.model) for table in sentence.tables
        )

    def numbers(self, sentence):
        """Return the numbers of a sentence that are no part of a name."""
        return NUMBER.findall(self.names.sub(" ", COUNT_OF_PROBLEMS.sub(" ", sentence.text)))


def printed(value, *, free):
    """The ways in which the report may print a value; verdicts choose their own decimals."""
    ways = [
        formatting.number(value),
        formatting.percent(value),
        formatting.probability(value),
        f"{value:g}",
        f"{100 * value:g}",
    ]
    if free:
        rounded = [f"{value:.{digits}f}" for digits in range(5)]
        ways += [
            text for text in rounded if float(text) == value or len(text.lstrip("-0.").replace(".", "")) > 1
        ]
        ways.append(f"{100 * value:.0f}")
    return {number for way in ways for number in NUMBER.findall(way)}


@pytest.fixture(scope="module")
def refitted(prior_fit):
    """A fit with refits whose doses differ from its own."""
    doses = prior_fit.dose_for_occupancy(0.8).isel(occupancy=0, drop=True)
    answers = {"dose": doses, **curve_parameters(curve_draws(prior_fit))}
    quantiles = [answer[["median", "low", "high"]].drop_vars("unit") for answer in answers.values()]
    refits = []
    for factor, kind in ((1.07, "study"), (1.31, "study"), (4.2, "reference doses")):
        refit = xr.concat(quantiles, "answer").assign_coords(answer=list(answers)).drop_attrs() * factor
        labels = {"rows": ("drug", [3] * refit.sizes["drug"]), "problem": ((), np.array("", object))}
        refits.append(
            refit.assign(labels).assign(kind=kind, divergent=0.0, r_hat=1.0, elpd=factor, elpd_mcse=0.01)
        )
    names = ["without the first", "without the second", "other reference doses"]
    table = xr.concat(refits, "refit").assign_coords(refit=names)
    return prior_fit.assign_groups({"petfit/refits": table})


@pytest.fixture(scope="module")
def compared(prior_fit, mixed_table, tmp_path_factory):
    other = fit_from_prior(petfit.read_model("emax"), mixed_table, seed=12)
    fits = {"one": prior_fit, "two": other}
    path = tmp_path_factory.mktemp("compared") / "page.html"
    return write.write_comparison(fits, comparison.compare_fits(fits), path)


@pytest.fixture(scope="module")
def plasma_fit():
    return fit_from_prior(plasma_model.MODEL, plasma_model.TABLE).with_checks()


@pytest.fixture(
    scope="module",
    params=slow_but(
        ["ssri_fit", "plasma_fit", "both_fit"],
        ["ssri_fit", "prior_fit", "scans_fit", "both_fit", "plasma_fit", "refitted", "comparison"],
    ),
)
def page(request, tmp_path_factory):
    """The sentences of a page and its tables."""
    if request.param == "comparison":
        path = request.getfixturevalue("compared")
    else:
        path = request.getfixturevalue(request.param).report(tmp_path_factory.mktemp("page") / "page.html")
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(path.read_text(encoding="utf-8"))
    return list(sentences(tree)), Tables(path.with_name("page_tables"))


def test_every_number_in_the_text_is_in_a_table(page):
    texts, tables = page
    numbers = [(number, sentence) for sentence in texts for number in tables.numbers(sentence)]
    assert len(numbers) > 50
    missing = [
        (number, sentence.text) for number, sentence in numbers if not tables.contain(number, sentence)
    ]
    assert missing == []


def changed(number):
    """The number with each of the other last digits."""
    return (f"{number[:-1]}{digit}" for digit in "0123456789" if digit != number[-1])


def test_most_numbers_with_another_last_digit_are_in_no_table(page):
    texts, tables = page
    numbers = {
        (number, sentence) for sentence in texts for number in tables.numbers(sentence) if len(number) > 1
    }
    overlooked = [
        other for number, sentence in numbers for other in changed(number) if tables.contain(other, sentence)
    ]
    assert len(overlooked) < 0.2 * 9 * len(numbers), sorted(overlooked)
