"""``python -m petfit`` is the command ``petfit``."""

from petfit.cli import main

main()
