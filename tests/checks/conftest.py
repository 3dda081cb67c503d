import sys

import pytest

from petfit.checks.record import Check
from tests.checks.printed_sentences import is_printed


@pytest.fixture(autouse=True)
def _sentences_are_in_docs_checks(monkeypatch):
    """Every warning and failure that a check gives in these tests is explained in docs/checks.md."""
    init = Check.__init__

    def recording(self, *args, **kwargs):
        init(self, *args, **kwargs)
        caller = sys._getframe(1).f_globals["__name__"]
        is_new = caller.startswith("petfit.checks.") and caller != "petfit.checks.stored_checks"
        if is_new and self.verdict in ("WARN", "FAIL"):
            assert is_printed(self.sentence), self.sentence

    monkeypatch.setattr(Check, "__init__", recording)
