import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from petfit.inference import code_cache


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("PETFIT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


class Build:
    """Stands for the compiler and the loader: writes a file, reads it, and counts."""

    def __init__(self):
        self.compiled = self.loaded = 0

    def load(self, place):
        if (place / "code").read_text() != "code":
            raise ValueError("the code is cut")
        self.loaded += 1
        return "code"

    def compile(self, place):
        self.compiled += 1
        if place is not None:
            (place / "code").write_text("code")
        return "code"


def keep(build, sources=Path(__file__).parent):
    return code_cache.keep(build.load, build.compile, sources)


@pytest.fixture
def build():
    return Build()


def test_what_was_kept_is_loaded(home, build):
    assert [keep(build) for _ in range(3)] == ["code"] * 3
    assert (build.compiled, build.loaded) == (1, 2)
    assert len(code_cache.entries()) == 1
    assert not list(home.glob("draft-*"))


FAULTS = {
    "a file is cut": lambda entry: (entry / "code").write_text("co"),
    "a file is altered": lambda entry: (entry / "code").write_text("edoc"),
    "a file is gone": lambda entry: (entry / "code").unlink(),
    "a file too many": lambda entry: (entry / "other").write_text("x"),
    "no digest": lambda entry: (entry / "sha256").unlink(),
    "a digest that is no text": lambda entry: (entry / "sha256").write_bytes(b"\xff\xfe"),
    "a file in its place": lambda entry: (shutil.rmtree(entry), entry.write_text("x")),
    "others may write there": lambda entry: entry.chmod(0o777),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_whatever_is_amiss_the_code_is_compiled_again(home, build, fault):
    keep(build)
    fault(next(home.glob("kernel-*")))
    assert keep(build) == "code"
    assert (build.compiled, build.loaded) == (2, 0)


@pytest.mark.usefixtures("home")
def test_a_fault_is_mended(build):
    keep(build)
    (code_cache.entries()[0] / "code").write_text("co")
    keep(build)
    keep(build)
    assert (build.compiled, build.loaded) == (2, 1)


@pytest.mark.usefixtures("home")
def test_code_that_does_not_load_is_compiled(build):
    keep(build)
    (entry,) = code_cache.entries()
    (entry / "code").write_text("of another version")
    (entry / "sha256").write_text(code_cache._digest(entry))
    assert keep(build) == "code"
    assert build.compiled == 2


def test_a_folder_that_cannot_be_is_done_without(tmp_path, monkeypatch, build):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("PETFIT_CACHE_DIR", str(tmp_path / "file" / "cache"))
    assert keep(build) == "code"
    assert code_cache.entries() == []
    assert (tmp_path / "file").read_text() == "not a folder"


def test_a_folder_that_may_only_be_read_is_done_without(home, build, monkeypatch):
    def refuse(*_args, **_more):
        raise PermissionError("read only")

    monkeypatch.setattr(code_cache.tempfile, "mkdtemp", refuse)
    assert keep(build) == "code"
    assert not list(home.iterdir())


def test_other_sources_have_another_place(home, build, tmp_path):
    keep(build)
    for text in ("x = 1", "x = 2"):
        (tmp_path / "density.py").write_text(text)
        keep(build, tmp_path)
    assert build.compiled == 3
    assert len(list(home.glob("kernel-*"))) == 3


def test_the_same_sources_elsewhere_or_written_again_share_a_place(home, build, tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "density.py").write_text("x = 1")
        keep(build, tmp_path / folder)
    os.utime(tmp_path / "one" / "density.py", (1, 1))
    keep(build, tmp_path / "one")
    assert (build.compiled, build.loaded) == (1, 2)
    assert len(list(home.glob("kernel-*"))) == 1


@pytest.mark.usefixtures("home")
def test_another_version_has_another_place(build, monkeypatch):
    keep(build)
    monkeypatch.setattr(code_cache, "version", lambda _: "another")
    keep(build)
    assert build.compiled == 2
    assert len(code_cache.entries()) == 2


@pytest.mark.usefixtures("home")
def test_another_cpu_has_another_place(build, monkeypatch):
    keep(build)
    monkeypatch.setattr(code_cache.llvm, "get_host_cpu_name", lambda: "another")
    keep(build)
    assert build.compiled == 2


def test_no_more_than_a_few_versions_are_kept(home, build, monkeypatch):
    for i in range(7):
        monkeypatch.setattr(code_cache, "_key", lambda _, i=i: str(i))
        keep(build)
        os.utime(home / f"kernel-{i}", (i, i))
    assert sorted(entry.name for entry in code_cache.entries()) == [
        "kernel-3",
        "kernel-4",
        "kernel-5",
        "kernel-6",
    ]


def test_what_is_kept_can_be_cleared_and_nothing_else_goes(home, build):
    keep(build)
    (home / "mine").write_text("mine")
    code_cache.clear()
    assert code_cache.entries() == []
    assert (home / "mine").read_text() == "mine"


CODE = """
import sys
import numpy as np
from benchmarks.scenarios import Scenario, make_design
from petfit.inference.log_density import of_kernel
density = of_kernel(make_design(Scenario("one_site", "people")))
print(repr(density(np.linspace(-1, 1, density.size))[0]), "numba" in sys.modules)
"""


def test_processes_at_once_and_after_one_another_get_the_same_number(home):
    run = [sys.executable, "-c", CODE]
    both = [subprocess.Popen(run, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate()[0].split() for process in both]
    after = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
    assert [number for number, *_ in said] == [after[0]] * 2
    assert np.isfinite(float(after[0]))
    assert after[1] == "False"
    assert len(code_cache.entries()) == 1
    assert not list(home.glob("draft-*"))
