import pandas as pd

from petfit.errors import Problem
from petfit.evidence import read_evidence
from petfit.evidence.contents import describe_contents
from petfit.report.tables.content_tables import content_tables, count_table, problem_table


def tables_of(frame):
    return {table.name: table for table in content_tables(describe_contents(read_evidence(frame)))}


def test_problems_are_a_row_each():
    problem = Problem("line 2", "dose", "two", "a number belongs here", "Write a number.")
    assert problem_table([problem]).rows == [
        ["line 2", "dose", "two", "a number belongs here", "Write a number."]
    ]


def test_exposures_are_ranges_in_their_unit():
    frame = pd.DataFrame({"drug": "A", "dose": [5, 20], "value": 0.4, "concentration": [3, None]})
    tables = tables_of(frame.assign(concentration_unit="ng/mL"))
    assert tables["exposures"].rows == [["A", "2", "2", "1", "1", "5 to 20 mg/day", "3 ng/mL"]]


def test_excluded_rows_have_a_table_only_where_there_are_any():
    frame = pd.DataFrame({"drug": "A", "dose": [5, 20], "value": 0.4})
    assert "excluded" not in tables_of(frame)
    excluded = frame.assign(use=["yes", "no"], exclusion_reason=["", "late"])
    assert tables_of(excluded)["excluded"].rows == [["late", "1"]]


def test_only_what_a_fit_has_is_counted(prior_fit):
    counted = dict(count_table(prior_fit).rows)
    assert "0" not in counted.values()
    assert counted["rows fitted"] == str(len(prior_fit.design.rows))
