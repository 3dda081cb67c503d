"""The command ``petfit``, also ``python -m petfit``."""

import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; end without a traceback if stopped while it is imported, or at exit."""
    try:
        from petfit.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


if __name__ == "__main__":
    main()
