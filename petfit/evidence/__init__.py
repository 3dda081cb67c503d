"""Tables of evidence: read them, convert their units, fill their defaults, and refuse what is wrong."""

from __future__ import annotations

from petfit.evidence.columns import COLUMNS
from petfit.evidence.drug_table import read_drug_table
from petfit.evidence.evidence import Evidence
from petfit.evidence.read import read_evidence
from petfit.evidence.table_format import TableFormat

__all__ = ["COLUMNS", "Evidence", "TableFormat", "read_drug_table", "read_evidence"]
