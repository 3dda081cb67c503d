"""The command ``petfit``, also ``python -m petfit``."""

from __future__ import annotations

import _thread
import signal
import sys
from threading import Timer, main_thread

__all__ = ["main"]


def main() -> None:
    """Run the command line; end without a traceback when stopped, also during imports and at exit."""
    if "--debug" not in sys.argv:
        sys.unraisablehook = _interrupt_again
    try:
        from petfit.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _interrupt_again(unraisable: sys.UnraisableHookArgs) -> None:
    """Repeat an interrupt that came while an object was deleted, where Python ignores it."""
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        Timer(0.05, _interrupt_main_thread).start()


def _interrupt_main_thread() -> None:
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:  # a real signal also ends a wait
        signal.pthread_kill(main_thread().ident or 0, signal.SIGINT)


if __name__ == "__main__":
    main()
