"""Options in messages: in Python they are the arguments that the command line makes of them."""

import shlex
from dataclasses import replace

import pytest

from petfit.cli import app
from petfit.evidence import TableFormat
from petfit.python_words import in_python


@pytest.mark.parametrize(
    "options",
    [
        '--columns "dose=Dosis (mg),value=RO? %" --set drug=NAME --wide region,condition --outcome bpnd',
        '--ignore "Comment*,Age" --fill study --header 2-3 --sheet "Data 1"',
        '--set "dose_unit=mg BID" --header 3 --decimal ,',
        "--set n=6,level=subject --decimal .",
    ],
)
def test_options_become_the_arguments_that_the_command_line_makes_of_them(options):
    _, bound, _ = app.parse_args(["data", "check", "table.csv", *shlex.split(options)])
    read = eval(f"TableFormat({in_python(options)})", {"TableFormat": TableFormat})
    expected = bound.arguments["table"].table_format
    assert replace(read, header=read.header and str(read.header)) == expected


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Use --set n=6, or --wide region.", "Use constants={'n': '6'}, or wide='region'."),
        ("Of a name (--wide condition); leave out --wide.", "Of a name (wide='condition'); leave out wide."),
        ("Use --decimal . if so, --decimal , if not.", "Use decimal='.' if so, decimal=',' if not."),
        ("Replace it with --force.", "Replace it with force=True."),
        ("the SD -- or -x of a - b", "the SD -- or -x of a - b"),
    ],
)
def test_the_sentence_around_options_is_kept(sentence, shown):
    assert in_python(sentence) == shown
