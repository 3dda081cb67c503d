from petfit.report.tables.equivalent_dose_table import equivalent_dose_table
from petfit.results import formatting


def test_the_given_dose_is_the_first_column(ssri_fit):
    answer = ssri_fit.equivalent_dose("citalopram", [20, 40])
    table = equivalent_dose_table(answer)
    assert table.headings[:3] == ["citalopram, mg/day", "drug", "equivalent dose, median, mg/day"]
    assert {row[0] for row in table.rows} == {"20", "40"}
    median = answer["median"].sel(drug="sertraline", given_dose=20.0).item()
    assert ["20", "sertraline", formatting.number(median)] in [row[:3] for row in table.rows]
