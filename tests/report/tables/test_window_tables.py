from petfit.report.table import number
from petfit.report.tables.window_tables import window_probability_table, window_table


def test_every_drug_and_person_has_a_row_with_both_doses_and_the_best(ssri_fit):
    answer = ssri_fit.window(0.65, 0.8)
    table = window_table(answer)
    assert table.title == "Doses for 65 to 80 %"
    assert len(table.rows) == 2 * len(ssri_fit.design.drugs)
    assert table.headings[0] == "drug"
    assert table.headings[2:4] == ["dose for 65 %,\nmg/day", "dose for 80 %,\nmg/day"]
    first = answer.isel(drug=0, predict_for=0)
    best = f"{number(first['best_dose'].item())} ({100 * first['best_dose_probability'].item():.0f} %)"
    assert best in table.rows[0]


def test_probabilities_are_shown_for_the_doses_of_each_drug(ssri_fit):
    answer = ssri_fit.window(0.65, 0.8)
    table = window_probability_table(answer, usual_only=True)
    assert len(table.rows) == int(answer["usual"].sum())
    assert table.headings[2:4] == ["typical person, %", "new person, %"]


def test_without_strengths_there_is_no_column_for_them(prior_fit):
    headings = window_table(prior_fit.window(0.5, 0.7)).headings
    assert not any("strength" in heading for heading in headings)
