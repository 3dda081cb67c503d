"""Print the path of a Chromium that the tests can drive; install one if there is none.

``make test`` runs this in .venv and keeps the path in .venv/.browser. The output of the installers goes to
.venv/browser.log.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Error, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHT = [sys.executable, "-m", "playwright"]
LOG = Path(sys.prefix) / "browser.log"
INSTALL = {  # libatomic is for Playwright itself, also where Chromium is no package
    "apt-get": "apt-get update; apt-get -y install libatomic1; "
    "apt-get -y --no-install-recommends install chromium",
    "dnf": "dnf -y install libatomic; dnf -y install chromium",
    "pacman": "pacman -S --noconfirm chromium",
    "zypper": "zypper -n install libatomic1; zypper -n install chromium",
}


def find() -> str | None:
    """The path of the first browser that opens a page, or None."""
    if not run(*PLAYWRIGHT, "--version"):  # a system library is missing
        return None
    with sync_playwright() as playwright:
        known = [os.environ.get("PETFIT_TEST_BROWSER"), *map(shutil.which, NAMES)]
        known.append(playwright.chromium.executable_path)
        there = (path for path in known if path and os.access(path, os.X_OK))
        return next((path for path in there if works(playwright, path)), None)


def works(playwright: Playwright, path: str) -> bool:
    """Whether a browser opens a file in the temporary folder: a snap, for example, may not."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text("<title>read</title>", encoding="utf-8")
        try:
            browser = playwright.chromium.launch(executable_path=path)
            opened = browser.new_page()
            opened.goto(page.as_uri())
            title = opened.title()
            browser.close()
        except Error as error:
            with LOG.open("a", encoding="utf-8") as log:
                log.write(f"{path}: {error}\n")
            return False
        return title == "read"


def run(*command: str) -> bool:
    """Whether a command succeeds without input."""
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(command)}\n")
        log.flush()
        return not subprocess.call(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def root() -> list[str] | None:
    """What to put before a command to run it as root: None where that needs a password."""
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if shutil.which("sudo") and run("sudo", "-n", "true") else None


def from_system(as_root: list[str] | None) -> None:
    manager = next(filter(shutil.which, INSTALL), None)
    if manager and as_root is not None:
        say(f"found no Chromium that works: installing one with {manager}")
        run(*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", INSTALL[manager])


def from_playwright(as_root: list[str] | None) -> None:
    say("found no Chromium that works: downloading that of Playwright")
    if run(*PLAYWRIGHT, "install", "chromium") and as_root is not None and shutil.which("apt-get"):
        run(*PLAYWRIGHT, "install-deps", "chromium")  # the system libraries it needs


def say(words: str) -> None:
    print(f"make: {words}", file=sys.stderr, flush=True)


def main() -> None:
    LOG.unlink(missing_ok=True)
    path = find()
    if path is None:
        as_root = root()
        for install in (from_system, from_playwright):
            install(as_root)
            path = find()
            if path:
                break
    if path is None:
        sys.exit(
            "make: the tests need Chromium, and none that works could be installed (see .venv/browser.log): "
            "install chromium or google-chrome so that it is on PATH, then run make test again"
        )
    print(path)


if __name__ == "__main__":
    main()
