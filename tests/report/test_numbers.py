"""Every number that the page says in words is found in a table beside it."""

import re
from dataclasses import dataclass, replace

import html5lib
import numpy as np
import pandas as pd
import pytest
import xarray as xr

import petfit
from petfit import report
from petfit.fit import Fit
from petfit.results import comparison, formatting, summary
from tests.helpers import fit_from_prior

NUMBER = re.compile(r"(?<![\w.^\[-])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)")
ELSEWHERE = {"style", "script", "noscript", "pre", "td", "equation", "sources"}
"""Tags and classes of what is verbatim elsewhere: cells, the model's file, equations, references."""
INLINE = {"a", "strong", "code", "span"}
SPOKEN = ("alt", "aria-label", "value")
DEFINING = {"0", "1"}
"""What definitions alone may say: the ends of a fraction, a deviation of none, the dose that counts as 1."""
NAMING = ("place", "drug", "study", "subject", "region", "tracer", "unit", "row", "of", "quantity", "answer")


@dataclass(frozen=True)
class Part:
    """A part of the page, by tag and how a class or id begins, and the tables its numbers are taken from."""

    tag: str
    mark: str
    tables: tuple[str, ...]
    defines: bool = False


COMPARED = ("models", "comparison_limits")
CHECKS = ("limits", "check_studies", "check_assumptions", "settings")
PARTS = (
    Part("div", "card", ("doses",)),
    Part(
        "ul", "leans", ("doses", "evidence_fitted", "learned", "counts", "settings", "model.toml", *COMPARED)
    ),
    Part("ul", "verdicts", CHECKS),
    Part("p", "verdict", (*CHECKS, *COMPARED)),
    Part("figcaption", "", ("settings",), defines=True),
    Part("dd", "", ("settings", "limits"), defines=True),
    Part("h3", "", ("counts", "settings")),
    Part("details", r"table-[\w-]*check_", CHECKS),
    Part("div", "table-", ("settings", "counts", "comparison_limits", "*"), defines=True),
    Part("details", "table-", ("settings", "*"), defines=True),
    Part("section", "model", ("effects", "settings", "model.toml"), defines=True),
    Part("section", "evidence", ("settings", "model.toml"), defines=True),
    Part("section", "comparison", ("settings", *COMPARED)),
    Part("html", "", ("settings", "comparison_limits")),
)
"""What an element is a part of decides the innermost one around it; ``*`` is the table that it shows."""


@dataclass(frozen=True)
class Sentence:
    """A text of the page, and the part that it stands in."""

    said: str
    tables: tuple[str, ...] = ()
    defines: bool = False
    model: str = ""


def entered(element, around):
    """Return the part of the page that holds inside an element, and whose model it is in a comparison."""
    place = element.get("id", "")
    model = f"{place.removeprefix('model-')}_" if place.startswith("model-") else around.model
    marks = [*element.get("class", "").split(), place]
    for part in PARTS:
        if element.tag == part.tag and any(re.match(part.mark, one) for one in marks):
            own = place.removeprefix("table-")
            tables = tuple(own if one == "*" else one for one in part.tables)
            return Sentence("", tables, part.defines, model)
    return around


def sentences(element, around=Sentence("")):
    """Yield every text of an element, but for what is verbatim elsewhere."""
    if {element.tag, element.get("class")} & ELSEWHERE:
        return
    here = entered(element, around)
    parts, inner = [element.text or ""], []
    for child in element:
        inner += [] if child.tag in INLINE else [child]
        parts += ["".join(child.itertext())] if child.tag in INLINE else [" "]
        parts.append(child.tail or "")
    for said in ("".join(parts), *(element.get(name, "") for name in SPOKEN)):
        yield replace(here, said=said)
    for child in inner:
        if isinstance(child.tag, str):
            yield from sentences(child, here)


class Tables:
    """The files beside a page: what their numbers print as, and the names that their rows have."""

    def __init__(self, folder):
        self.frames = {one.stem: pd.read_csv(one, sep="\t", na_values="n/a") for one in folder.glob("*.tsv")}
        models = " ".join(one.read_text(encoding="utf-8") for one in folder.glob("*.toml"))
        self.prints = {("model.toml", ""): {f"{float(one):g}" for one in NUMBER.findall(models)}}
        texts = {
            str(one)
            for table in self.frames.values()
            for name in table
            if name in NAMING
            for one in table[name]
        }
        names = [one for one in texts if re.search(r"\d", one) and re.search(r"[^\W\d]", one)]
        self.names = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"(?!)")

    def of(self, table, model):
        """Return all that a table prints: that of a model of a comparison, of all where none is named."""
        if table == "model.toml":
            return self.prints[table, ""]
        if (table, model) not in self.prints:
            wanted = re.compile(rf"({re.escape(model) or '.*_'})?{table}")
            found = [frame for name, frame in self.frames.items() if wanted.fullmatch(name)]
            values = {one for frame in found for one in frame.select_dtypes("number").to_numpy().ravel()}
            self.prints[table, model] = {
                number for one in values for number in printed(one, free="limits" in table)
            }
        return self.prints[table, model]

    def hold(self, number, sentence):
        """Return whether a number is found where its sentence takes it from."""
        defining = sentence.defines and number in DEFINING
        return defining or any(number in self.of(one, sentence.model) for one in sentence.tables)

    def numbers(self, sentence):
        """Return the numbers of a sentence that are no part of a name."""
        return NUMBER.findall(self.names.sub(" ", sentence.said))


def printed(value, *, free):
    """Return the numbers that the report may print of a value; a verdict has decimals of its own."""
    ways = [
        formatting.figure(value),
        formatting.percent(value),
        formatting.probability(value),
        f"{value:g}",
        f"{100 * value:g}",
    ]
    if free:
        rounded = [f"{value:.{digits}f}" for digits in range(5)]
        ways += [one for one in rounded if float(one) == value or len(one.lstrip("-0.").replace(".", "")) > 1]
        ways.append(f"{100 * value:.0f}")
    return {one for way in ways for one in NUMBER.findall(way)}


@pytest.fixture(scope="module")
def refitted(prior_fit):
    """A fit with others of the same evidence, whose doses differ from its own."""
    fit = prior_fit
    found = {"dose": summary.doses(fit).isel(occupancy=0, drop=True), **summary.parameters(fit)}
    columns = [one[["median", "low", "high"]].drop_vars("unit") for one in found.values()]
    fits = []
    for factor, kind in ((1.07, "study"), (1.31, "study"), (4.2, "reference doses")):
        fit = xr.concat(columns, "answer").assign_coords(answer=list(found)).drop_attrs() * factor
        alone = {"rows": ("drug", [3] * fit.sizes["drug"]), "problem": ((), np.array("", object))}
        fits.append(
            fit.assign(alone).assign(kind=kind, divergent=0.0, r_hat=1.0, elpd=factor, elpd_mcse=0.01)
        )
    names = ["without the first", "without the second", "other reference doses"]
    return Fit(fit.with_refits(xr.concat(fits, "refit").assign_coords(refit=names)))


@pytest.fixture(scope="module")
def compared(prior_fit, mixed_table, tmp_path_factory):
    other = fit_from_prior(petfit.read_model("emax"), mixed_table, seed=12)
    fits = {"one": prior_fit, "two": other}
    path = tmp_path_factory.mktemp("compared") / "page.html"
    return report.write_comparison(fits, comparison.compared(fits), path)


@pytest.fixture(
    scope="module", params=["ssri_fit", "prior_fit", "scans_fit", "both_fit", "refitted", "comparison"]
)
def page(request, tmp_path_factory):
    """A page taken apart, and the tables beside it."""
    if request.param == "comparison":
        path = request.getfixturevalue("compared")
    else:
        path = request.getfixturevalue(request.param).report(tmp_path_factory.mktemp("page") / "page.html")
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(path.read_text(encoding="utf-8"))
    return list(sentences(tree)), Tables(path.with_name("page_tables"))


def test_every_number_in_words_is_found_in_a_table_beside_the_page(page):
    said, tables = page
    found = [(number, one) for one in said for number in tables.numbers(one)]
    assert len(found) > 50
    assert [(number, one.said) for number, one in found if not tables.hold(number, one)] == []


def changed(number):
    """Return a number with each of the other last digits."""
    return (f"{number[:-1]}{digit}" for digit in "0123456789" if digit != number[-1])


def test_a_number_that_is_not_that_of_the_table_is_noticed(page):
    said, tables = page
    found = {(number, one) for one in said for number in tables.numbers(one) if len(number) > 1}
    overlooked = [other for number, one in found for other in changed(number) if tables.hold(other, one)]
    assert len(overlooked) < 0.15 * 9 * len(found), sorted(overlooked)
