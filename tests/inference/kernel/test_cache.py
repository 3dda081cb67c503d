"""numba's cache: what makes the compiled code stale, and that a process finds what another one compiled."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from petfit.inference import kernel
from petfit.inference.kernel import callbacks

pytestmark = pytest.mark.slow

FOLDER = Path(kernel.__file__).parent
FILES = sorted(path.name for path in FOLDER.glob("*.py"))
PACKAGES = ("numba", "llvmlite", "numpy")


SHORT_LOG_POSTERIOR = """
from petfit.inference.kernel.jit import inlined

@inlined
def log_posterior(point, gradient, memory, model):
    return 0.0

@inlined
def log_priors(work, model):
    return 0.0
"""


@pytest.fixture
def copy(tmp_path):
    """A copy of the kernel's sources."""
    return Path(shutil.copytree(FOLDER, tmp_path / "kernel", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.fixture
def short_copy(copy):
    """A copy of the kernel with a density that compiles in a moment."""
    (copy / "log_posterior.py").write_text(SHORT_LOG_POSTERIOR)
    return copy


def test_the_digest_depends_on_nothing_but_names_contents_and_versions(copy):
    assert callbacks.source_digest(copy) == kernel.source_digest()


@pytest.mark.parametrize("name", FILES)
def test_a_change_in_any_file_of_the_kernel_changes_the_digest(copy, name):
    before = callbacks.source_digest(copy)
    with (copy / name).open("a") as file:
        file.write("\n# changed\n")
    assert callbacks.source_digest(copy) != before


@pytest.mark.parametrize("package", PACKAGES)
def test_another_version_changes_the_digest(copy, monkeypatch, package):
    before, version = callbacks.source_digest(copy), callbacks.version
    monkeypatch.setattr(callbacks, "version", lambda name: "0.0" if name == package else version(name))
    assert callbacks.source_digest(copy) != before


CODE = """
import json, sys
import numpy as np
import petfit.inference
petfit.inference.__path__.insert(0, sys.argv[1])
from petfit.inference import kernel
code = kernel.compiled()
print(json.dumps([kernel.__file__, code.log_density.cache_hits]))
"""


def is_cached(folder, **environment):
    """Compile or load a copy of the kernel in another process; return whether it was in the cache."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder / "cache"), **environment}
    command = [sys.executable, "-c", CODE, str(folder)]
    output = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    file, hits = json.loads(output)
    assert Path(file).parent == folder / "kernel"
    return hits == 1


def test_a_change_in_a_called_file_or_another_cpu_compiles_again(short_copy):
    """The changed file is not the one of the cached functions."""
    folder = short_copy.parent
    assert not is_cached(folder)
    assert is_cached(folder)
    assert not is_cached(folder, NUMBA_CPU_NAME="generic")
    source = short_copy / "log_prior.py"
    source.write_text(source.read_text() + "\n# changed\n")
    assert not is_cached(folder)


def test_a_damaged_cache_is_ignored_with_a_warning(monkeypatch):
    cfunc = callbacks.numba.cfunc

    def damaged(*arguments, cache=False, **options):
        if cache:
            raise EOFError("truncated")
        return cfunc(*arguments, **options)

    monkeypatch.setattr(callbacks.numba, "cfunc", damaged)
    with pytest.warns(UserWarning, match="NUMBA_CACHE_DIR"):
        doubled = callbacks.compile_cached("float64(float64)", lambda x: 2.0 * x)
    assert doubled.ctypes(21.0) == 42.0


def test_drafts_that_a_killed_process_left_in_the_cache_are_removed(monkeypatch, tmp_path):
    monkeypatch.setattr(callbacks.numba.config, "CACHE_DIR", str(tmp_path))
    callbacks.compile_cached("float64(float64)", lambda x: 2.0 * x)
    (folder,) = {path.parent for path in tmp_path.rglob("*.nbi")}
    old, new = folder / "f.nbi.tmp.1", folder / "f.nbi.tmp.2"
    for draft in (old, new):
        draft.touch()
    os.utime(old, (0, 0))
    callbacks.compile_cached("float64(float64)", lambda x: 3.0 * x)
    assert (old.exists(), new.exists()) == (False, True)
