import io
from contextlib import redirect_stdout
from unittest import mock

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from petfit.checks import Check
from petfit.checks.verdict import verdict
from petfit.cli import terminal
from petfit.errors import EvidenceError, Problem
from petfit.report.table import Table


def test_markup_in_a_table_is_printed_as_text(capsys):
    frame = pd.DataFrame({"drug": ["[11C]DASB", "β"], "[b]": ["[red]x[/red]", ":smile:"]})
    terminal.print_table(Table.from_frame("answer", "A [title]", frame, "For [all]."))
    printed = capsys.readouterr().out
    for text in ("A [title]", "[11C]DASB", "[red]x[/red]", "β", ":smile:", "[b]", "For [all]."):
        assert text in printed
    assert "\x1b" not in printed


def test_problems_are_printed_on_stderr(capsys):
    problems = [
        Problem("line 2", "drug", "[red]", "wrong", "Mend it."),
        Problem("table", "", "", "empty", "Fill."),
    ]
    terminal.print_problems(EvidenceError("mine.csv", problems))
    printed = capsys.readouterr()
    assert printed.out == ""
    for text in ("petfit: mine.csv: 2 problems", "line 2", "[red]", "Mend it.", "Fill."):
        assert text in printed.err


def test_a_verdict_is_followed_by_its_checks_and_the_limits_of_the_data(capsys):
    checks = [
        Check("one", "PASS", "All [fine].", pd.DataFrame()),
        Check("two", "WARN", "Not fine.", pd.DataFrame(), details="word " * 30),
    ]
    terminal.print_verdict(verdict(checks, ["Few doses."]))
    first, *others = capsys.readouterr().out.splitlines()
    assert first == "Use with care: 1 problem was found."
    assert others[0].startswith("WARN  two: Not fine. word")
    assert others[1].startswith("      word")
    assert max(map(len, others)) <= 80
    assert others[-2:] == ["PASS  one: All [fine].", "Limit: Few doses."]


WORDS = st.text("abcdefghij", min_size=1, max_size=12)
CELLS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
ROWS = st.integers(1, 8).flatmap(
    lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=4)
)


@given(ROWS)
def test_no_word_of_a_table_is_cut_at_80_columns(rows):
    headings = [f"heading{i} words" for i in range(len(rows[0]))]
    table = Table.from_frame("t", "Title", pd.DataFrame(rows, columns=headings))
    out = io.StringIO()
    with redirect_stdout(out), mock.patch.object(terminal, "_WIDTH", 80):
        terminal.print_table(table)
    printed = out.getvalue()
    assert max(map(len, printed.splitlines())) <= 80
    assert "\N{HORIZONTAL ELLIPSIS}" not in printed
    words = printed.replace(":", " ").split()
    assert {word for heading in headings for word in heading.split()} <= set(words)
    assert {word for row in rows for cell in row for word in cell.split()} <= set(words)


def test_a_row_wider_than_the_terminal_is_printed_one_cell_a_line(capsys):
    frame = pd.DataFrame({f"heading{i}": ["x" * 20, "y" * 20] for i in range(6)})
    terminal.print_table(Table.from_frame("t", "Title", frame))
    assert f"  heading5: {'y' * 20}" in [line.rstrip() for line in capsys.readouterr().out.splitlines()]
