"""Random well-formed tables: the same rows as a plain CSV file and in a format that people use."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

from petfit.evidence.columns import NUMBERS
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.spelling import is_one_letter_apart, spelling_key
from tests.evidence.tables import MISSING_NUMBERS, make_workbook, workbook_bytes

__all__ = ["EXTRA", "RandomTable", "occupancy_tables", "scan_tables"]

LABELS = st.sampled_from(
    ["A", "β", "Präparat X", "01", "1", "[11C]DASB", "a;b", "x, y", 'so "said"', "sertraline"]
)
TEXTS = st.one_of(
    LABELS,
    st.text("abcäé0-9 .:()/", min_size=1, max_size=8)
    .map(str.strip)
    .filter(lambda text: not is_missing(text) and parse_number(text) is None and bool(spelling_key(text))),
)
NOTES = st.one_of(st.just(""), TEXTS, st.just("two\nlines"), st.just("tab\tinside"))
REGIONS = ["striatum", "Nucleus accumbens, left", "midbrain"]
EXTRA = ["camera", "age"]
LIMIT_SIGNS = ["<", "> ", "≤ ", ">="]
INVISIBLE = ["\N{ZERO WIDTH SPACE}", "\N{SOFT HYPHEN}", "\N{WORD JOINER}"]


@dataclass
class RandomTable:
    """The same rows twice.

    Parameters
    ----------
    plain : str
        A long CSV file with petfit's column names.
    plain_options : dict
        How to read it.
    source : bytes or pandas.DataFrame
        The rows in another format.
    options : dict
        How to read that.
    values : list of float
        The values, in the order of the rows.
    """

    plain: str
    plain_options: dict[str, object]
    source: bytes | pd.DataFrame
    options: dict[str, object]
    values: list[float]


@dataclass
class Sheet:
    """A table on its way to a file: columns by petfit's name, each with its header and cells."""

    columns: dict[str, list[str]]
    headers: dict[str, str]
    options: dict[str, object]
    numeric: set[str]
    above: list[list[str]] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    below: list[list[str]] = field(default_factory=list)
    joins_two_rows: bool = False
    plain_constants: dict[str, str] = field(default_factory=dict)

    @property
    def n_rows(self):
        return len(next(iter(self.columns.values())))

    def change(self, name, function):
        """Change the filled cells of a column."""
        self.columns[name] = [function(text) if text else text for text in self.columns[name]]


def decimals(low, high, places=(0, 4)):
    """Numbers as people type them."""
    plain = st.integers(*places).flatmap(lambda count: st.decimals(low, high, places=count))
    return plain.map(lambda number: f"{number:f}")


# --- occupancies --------------------------------------------------------------------------------


@st.composite
def occupancy_tables(draw):
    """Occupancies of people and groups, long or wide in region."""
    count = draw(st.integers(1, 4))
    kinds = {
        "drug": TEXTS,
        "dose": st.one_of(decimals(0, 2000), st.sampled_from(["1e-2", "2.5E-1"])),
        "note": NOTES,
        "n": st.sampled_from(["6", "12"]) if draw(st.booleans()) else st.just(""),
        "time_h": st.one_of(st.just(""), decimals(0, 48)),
        "camera": NOTES,
        "age": st.integers(18, 90).map(str),
    }
    rows = [{name: draw(kind) for name, kind in kinds.items()} for _ in range(count)]
    rows = [{"study": f"s{place}", **row} for place, row in enumerate(rows)]
    drugs = {row["drug"] for row in rows}
    assume(not any(is_one_letter_apart(first, second) for first in drugs for second in drugs))
    regions = draw(st.lists(st.sampled_from(REGIONS), min_size=1, max_size=3, unique=True))
    number = decimals(Decimal("-0.3"), Decimal("1.2"))
    spread = decimals(Decimal("0.02"), Decimal("0.3"), (2, 3)) if draw(st.booleans()) else None
    others = st.sampled_from(["0.10", "1e-2"])
    limit = others if spread is not None else st.builds(str.__add__, st.sampled_from(LIMIT_SIGNS), number)
    value = st.one_of(number, limit, others, st.just(""))
    values = [{region: draw(value) for region in regions} for _ in rows]
    assume(any(text for row in values for text in row.values()))
    sds = [
        {region: draw(spread) if spread is not None and row[region] else "" for region in regions}
        for row in values
    ]
    long_rows = [
        {**row, "region": region, "value": of_row[region], "sd": sd[region]}
        for row, of_row, sd in zip(rows, values, sds, strict=True)
        for region in regions
        if of_row[region]
    ]
    if draw(st.booleans()):
        sheet = _long_sheet(draw, long_rows)
    else:
        sheet = _wide_sheet(draw, rows, regions, values, sds)
    for change in OCCUPANCY_FORMATS:
        change(draw, sheet)
    source = _written(draw, sheet)
    plain = pd.DataFrame(long_rows).assign(**sheet.plain_constants).to_csv(index=False, lineterminator="\n")
    options = {"extra": EXTRA, "outcome": "occupancy"}
    numbers = [float(_number(row["value"])) for row in long_rows]
    return RandomTable(plain, options, source, sheet.options, numbers)


def _number(text):
    """Return the number of a cell, without the sign of a limit."""
    return text.lstrip("<>≤= ")


def _long_sheet(draw, rows):
    names = ["study", *draw(st.permutations([name for name in rows[0] if name != "study"]))]
    if ("dose", "sd") in pairwise(names):  # it would be asked whose SD this is
        names.remove("sd")
        names.insert(names.index("value") + 1, "sd")
    columns = {name: [row[name] for row in rows] for name in names}
    headers = {name: name for name in names}
    return Sheet(columns, headers, {"extra": EXTRA, "outcome": "occupancy"}, set(NUMBERS))


def _wide_sheet(draw, rows, regions, values, sds):
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    headers = {name: name for name in columns}
    form = draw(st.sampled_from(["{} SD", "SD {}", "{}_sd", "SD of {}"]))
    numeric = set(NUMBERS)
    for region in regions:
        columns[region] = [row[region] for row in values]
        headers[region] = region
        numeric.add(region)
        if any(row[region] for row in sds):
            companion = f"sd of {region}"
            columns[companion] = [row[region] for row in sds]
            headers[companion] = form.format(region)
            numeric.add(companion)
    options = {"extra": EXTRA, "outcome": "occupancy", "wide": "region"}
    return Sheet(columns, headers, options, numeric)


def _value_columns(sheet):
    return [name for name in sheet.columns if name in ("value", "sd", *REGIONS) or name.startswith("sd of ")]


def combine_mean_and_sd(draw, sheet):
    """One column of mean ± SD instead of two."""
    pairs = {name: "sd" if name == "value" else f"sd of {name}" for name in ("value", *REGIONS)}
    pairs = {name: sd for name, sd in pairs.items() if sd in sheet.columns and any(sheet.columns[sd])}
    cells = [text for name, sd in pairs.items() for text in sheet.columns[name] + sheet.columns[sd]]
    if not pairs or any("e" in text.lower() for text in cells) or not draw(st.booleans()):
        return
    form = draw(st.sampled_from(["{} ± {}", "{} ({})", "{}±{}"]))
    for name, sd in pairs.items():
        spreads = sheet.columns.pop(sd)
        sheet.headers.pop(sd)
        sheet.columns[name] = [
            form.format(text, spread) if spread else text
            for text, spread in zip(sheet.columns[name], spreads, strict=True)
        ]
        sheet.headers[name] = "Mean ± SD" if name == "value" else f"{name} (mean ± SD)"
        sheet.numeric.discard(name)
    if not any("±" in text or "(" in text for name in pairs for text in sheet.columns[name]):
        raise AssertionError("no cell has both")


def write_percent(draw, sheet):
    """Percent in the header, in every cell, in a row of units or said by a constant."""
    names = _value_columns(sheet)
    numbers = [parse_number(_number(text)) for name in names for text in sheet.columns[name]]
    is_combined = not set(names) & sheet.numeric
    small = [number for number in numbers if number is None or 0 < abs(number) < 0.02]
    if is_combined or small or not draw(st.booleans()):
        return
    form = draw(st.sampled_from(["header", "cells", "constant"]))
    for name in names:
        sheet.change(name, lambda text: _in_percent(text) + "%" * (form == "cells"))
        if form == "header":
            header = "Occupancy" if name == "value" else sheet.headers[name]
            sheet.headers[name] = f"{header} (%)"
    if form == "constant":
        sheet.options["constants"] = {"value_unit": "percent"}


def _in_percent(text):
    number = _number(text)
    return f"{text.removesuffix(number)}{Decimal(number) * 100:f}"


def write_dose_in_another_unit(draw, sheet):
    """Doses in g/day or mg BID, in the header, in every cell or said by a constant."""
    form, unit = (
        draw(st.sampled_from(["", "header", "cells", "constant"])),
        draw(st.sampled_from(["g/day", "mg BID", "ug"])),
    )
    if not form:
        return
    factor = {"g/day": Decimal("0.001"), "mg BID": Decimal("0.5"), "ug": Decimal(1000)}[unit]
    ending = f" {unit}" if form == "cells" else ""
    sheet.change("dose", lambda text: f"{Decimal(text) * factor:f}{ending}")
    sheet.plain_constants = {"dosing_interval_h": "12", "dose_unit": "mg/day"} if unit == "mg BID" else {}
    if form == "header":
        sheet.headers["dose"] = f"Dose ({unit})"
    elif form == "constant":
        sheet.options["constants"] = {**sheet.options.get("constants", {}), "dose_unit": unit}
    else:
        sheet.numeric.discard("dose")


def write_times_in_minutes(draw, sheet):
    """Times in minutes, in the header."""
    if draw(st.booleans()) or "e" in "".join(sheet.columns["time_h"]).lower():
        return
    sheet.change("time_h", lambda text: f"{Decimal(text) * 60:f}")
    sheet.headers["time_h"] = "Time post-dose (min)"


def give_the_drug_as_a_constant(draw, sheet):
    """No column of the drug where all rows have the same one."""
    drugs = set(sheet.columns["drug"])
    if len(drugs) == 1 and draw(st.booleans()):
        (drug,) = drugs
        del sheet.columns["drug"], sheet.headers["drug"]
        sheet.options["constants"] = {**sheet.options.get("constants", {}), "drug": drug}


def rename_columns(draw, sheet):
    """Names of one's own, mapped, and petfit's names in capitals."""
    plain = [name for name in sheet.columns if sheet.headers[name] == name and name not in (*REGIONS, *EXTRA)]
    spelled = draw(st.lists(st.sampled_from(plain), unique=True)) if plain else []
    for name in spelled:
        sheet.headers[name] = draw(st.sampled_from([name.upper(), name.title(), f" {name}".title().strip()]))
    mapped = draw(st.lists(st.sampled_from(plain), unique=True)) if plain else []
    for name in mapped:
        sheet.headers[name] = f"Our {name}"
    sheet.options["columns"] = {name: f"Our {name}" for name in mapped}


def add_columns_to_ignore(draw, sheet):
    """Columns to leave out, by name or by pattern."""
    for place in range(draw(st.integers(0, 2))):
        name = f"junk {place}"
        sheet.columns[name] = [draw(NOTES) for _ in range(sheet.n_rows)]
        sheet.headers[name] = name
        sheet.options["ignore"] = draw(st.sampled_from([["junk*"], ["junk ?"]]))


def add_row_labels(draw, sheet):
    """A first column without a name that labels the rows, as pandas writes it."""
    if draw(st.booleans()):
        labels = draw(st.permutations(range(sheet.n_rows)))
        sheet.columns = {"": [str(label) for label in labels], **sheet.columns}
        sheet.headers[""] = ""


def add_summaries(draw, sheet):
    """Rows of a mean and an SD below."""
    if draw(st.booleans()) and "study" in sheet.columns:
        for word in draw(st.sampled_from([["Mean"], ["Mean", "SD"], ["Median", "n"]])):
            row = dict.fromkeys(sheet.columns, "")
            row |= {name: "0.5" for name in sheet.columns if name in ("value", *REGIONS)}
            sheet.below.append(list({**row, "study": word}.values()))


OCCUPANCY_FORMATS: list[Callable[..., None]] = [
    combine_mean_and_sd,
    write_percent,
    write_dose_in_another_unit,
    write_times_in_minutes,
    give_the_drug_as_a_constant,
    rename_columns,
    add_columns_to_ignore,
    add_row_labels,
    add_summaries,
]


# --- scans --------------------------------------------------------------------------------------

CONDITION_NAMES = [("baseline", "drug"), ("base", "post"), ("BL", "blocked"), ("pre-dose", "post-dose")]


@st.composite
def scan_tables(draw):
    """Scans of people at baseline and with the drug: long, or side by side in one line a person."""
    regions = draw(st.lists(st.sampled_from(["putamen", "Caudate"]), min_size=1, unique=True))
    people = draw(st.integers(1, 3))
    outcome = draw(st.sampled_from(["bpnd", "vt", "dvr"]))
    number = decimals(Decimal("0.2"), Decimal("4.0"), (1, 3))
    doses = [draw(decimals(1, 80, (0, 1)).filter(lambda text: float(text) > 0)) for _ in range(people)]
    cells = {
        (person, region, condition): draw(number)
        for person in range(people)
        for region in regions
        for condition in ("baseline", "drug")
    }
    rows = [
        {
            "subject": f"p{person}",
            "drug": "A",
            "dose": "0" if condition == "baseline" else doses[person],
            "region": region,
            "condition": condition,
            "outcome": {"dvr": "bpnd"}.get(outcome, outcome),
            "value": text,
        }
        for (person, region, condition), text in cells.items()
    ]
    shift = 1 if outcome == "dvr" else 0
    shown = {place: f"{Decimal(text) + shift:f}" for place, text in cells.items()}
    spelled = draw(
        st.sampled_from({"bpnd": ["BPND", "BP_ND", "BPnd"], "vt": ["VT", "V_T"], "dvr": ["DVR"]}[outcome])
    )
    names = dict(zip(("baseline", "drug"), draw(st.sampled_from(CONDITION_NAMES)), strict=True))
    if draw(st.booleans()):
        columns = {
            "subject": [f"p{person}" for person, *_ in shown],
            "drug": ["A"] * len(shown),
            "dose": ["0" if condition == "baseline" else doses[person] for person, _, condition in shown],
            "region": [region for _, region, _ in shown],
            "condition": [names[condition] for *_, condition in shown],
            "value": list(shown.values()),
        }
        sheet = Sheet(columns, {name: name for name in columns}, {}, set(NUMBERS))
        sheet.headers["value"] = spelled
    else:
        columns = {
            "subject": [f"p{person}" for person in range(people)],
            "drug": ["A"] * people,
            "dose": doses,
        }
        sheet = Sheet(columns, {name: name for name in columns}, {"wide": "region,condition"}, set(NUMBERS))
        says_outcome = draw(st.booleans())
        for region in regions:
            for condition, name in names.items():
                column = f"{region} {condition}"
                sheet.columns[column] = [shown[person, region, condition] for person in range(people)]
                sheet.headers[column] = f"{region} {spelled} {name}" if says_outcome else f"{region}_{name}"
                sheet.numeric.add(column)
        if not says_outcome:
            sheet.options["outcome"] = outcome
    sheet.options["extra"] = []
    for change in (add_columns_to_ignore, add_row_labels):
        change(draw, sheet)
    plain = pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")
    source = _written(draw, sheet)
    return RandomTable(plain, {}, source, sheet.options, [float(row["value"]) for row in rows])


# --- files --------------------------------------------------------------------------------------


def _written(draw, sheet):
    """Write the sheet as a delimited file, a workbook or a DataFrame."""
    kind = draw(st.sampled_from([_delimited, _workbook, _frame]))
    for name in sheet.columns:
        sheet.columns[name] = [_missing_or(draw, name, text) for text in sheet.columns[name]]
    return kind(draw, sheet)


def _missing_or(draw, name, text):
    if text or not name or name.startswith("junk"):
        return text
    return draw(st.sampled_from(MISSING_NUMBERS))


def _with_commas(draw, sheet):
    """Write numbers with a decimal comma, or not; say the mark where no number that is read shows it."""
    numeric = [name for name in sheet.columns if name in sheet.numeric]
    if set(sheet.columns) & {"dose", "value", *REGIONS} - set(numeric) or not draw(st.booleans()):
        return
    texts = [text for name in numeric for text in sheet.columns[name] if text not in MISSING_NUMBERS]
    for name in numeric:
        sheet.change(name, lambda text: text if text in MISSING_NUMBERS else text.replace(".", ","))
    sheet.below = [[text.replace("0.5", "0,5") for text in row] for row in sheet.below]
    commas = [text.replace(".", ",") for text in texts if "." in text]
    if not any(not re.fullmatch(r"[<>≤= ]*-?[1-9]\d{0,2}(,\d{3})+ ?%?", text) for text in commas):
        sheet.options["decimal"] = ","


def _with_other_characters(draw, sheet):
    """Write some numbers with full-width digits, a typographic minus or an invisible character."""
    for name in sheet.columns:
        if name in sheet.numeric and draw(st.integers(0, 3)) == 3:
            way = draw(st.sampled_from(["wide", "minus", "invisible"]))
            sheet.change(name, lambda text, way=way: _in_other_characters(draw, text, way))


def _in_other_characters(draw, text, way):
    if text in MISSING_NUMBERS or "e" in text.lower():
        return text
    if way == "minus":
        return re.sub("^-", draw(st.sampled_from("\N{MINUS SIGN}\N{EN DASH}")), text)
    if way == "invisible":
        return text + draw(st.sampled_from(INVISIBLE))
    return text.translate({ord(character): ord(character) + 0xFEE0 for character in "0123456789.-<>"})


def _with_lines_around(draw, sheet):
    """Titles above, footnotes below, the header in two rows."""
    if draw(st.booleans()):
        sheet.above = draw(st.sampled_from([[["Table 2"]], [["Table 2"], []], [["Occupancy"], ["by us"]]]))
    if draw(st.booleans()):
        sheet.below += draw(
            st.sampled_from([[["* p<0.05"]], [[], ["Note: means", "of 6 people"]], [["a at 3 h"]]])
        )
    has_spaces = [name for name in sheet.columns if " " in sheet.headers[name]]
    sheet.joins_two_rows = bool(has_spaces) and "" not in sheet.columns and draw(st.booleans())


def _header_rows(sheet):
    headers = [sheet.headers[name] for name in sheet.columns]
    if not sheet.joins_two_rows:
        return [headers]
    pairs = [header.partition(" ") for header in headers]
    return [[first for first, _, _ in pairs], [second for _, _, second in pairs]]


def _body(sheet):
    return [list(cells) for cells in zip(*sheet.columns.values(), strict=True)]


def _delimited(draw, sheet):
    delimiter = draw(st.sampled_from(",;\t"))
    if delimiter != ",":
        _with_commas(draw, sheet)
    _with_other_characters(draw, sheet)
    _with_lines_around(draw, sheet)
    ending = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    width = len(sheet.columns)
    padding = [""] * draw(st.integers(0, 1))
    first = [""] * draw(st.integers(0, 1)) if "" not in sheet.columns else []
    out = io.StringIO()
    if draw(st.booleans()):
        out.write(f"sep={delimiter}\r\n")
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    # Before Python 3.13, cells with a line feed are quoted only if line endings contain one.
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n", quoting=quoting)
    for row in sheet.above:
        writer.writerow([*row, *[""] * (width - len(row))])
    header = _header_rows(sheet)
    number = out.getvalue().count("\r\n") + 1
    if len(header) > 1:
        sheet.options["header"] = f"{number}-{number + 1}"
    for row in header:
        writer.writerow([*first, *row, *padding])
    for row in [*_body(sheet), *sheet.below]:
        writer.writerow([*first, *row, *[""] * (width - len(row)), *padding])
        if row not in sheet.below:
            out.write("\r\n" * draw(st.integers(0, 1)))
    text = out.getvalue().replace("\r\n", ending)
    try:
        return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])))
    except UnicodeEncodeError:
        return text.encode()


def _workbook(draw, sheet):
    _with_commas(draw, sheet)
    if any("," in text for name in sheet.numeric & set(sheet.columns) for text in sheet.columns[name]):
        sheet.options["decimal"] = ","  # the cells that would show it may become numbers
    _with_lines_around(draw, sheet)
    shift = [None] * draw(st.integers(0, 1)) if "" not in sheet.columns else []
    rows = [row or [None] for row in sheet.above]
    header = _header_rows(sheet)
    if len(header) > 1:
        sheet.options["header"] = f"{len(rows) + 1}-{len(rows) + 2}"
    rows += [[*shift, *row] for row in header]
    for row in _body(sheet):
        rows.append([*shift, *(_native(draw, sheet, *pair) for pair in zip(sheet.columns, row, strict=True))])
        rows += [[]] * draw(st.integers(0, 1))
    rows += [[*shift, *[text or None for text in row]] for row in sheet.below]
    sheet.options["sheet"] = "Data"
    made = make_workbook(rows, title="Data", before=draw(st.sampled_from([[], ["First"]])))
    return workbook_bytes(made)


def _native(draw, sheet, name, text):
    """Return a number as such, or any cell as text."""
    if name not in sheet.numeric or text.endswith("%") or draw(st.booleans()):
        return text or None
    value = parse_number(text.replace(",", "."))
    if value is None:
        return text
    return None if np.isnan(value) else int(value) if value.is_integer() else value


def _frame(draw, sheet):
    _with_commas(draw, sheet)
    _with_other_characters(draw, sheet)
    rows = [*_body(sheet), *[row for row in sheet.below if len(row) == len(sheet.columns)]]
    headers = [sheet.headers[name] for name in sheet.columns]
    index = draw(st.sampled_from([None, [7] * len(rows), [f"r{place}" for place in range(len(rows))]]))
    return pd.DataFrame(rows, columns=headers, index=index)
