"""Builders of tables, one file for each kind of answer; each returns a `petfit.report.table.Table`."""
