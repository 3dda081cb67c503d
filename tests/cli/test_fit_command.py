import subprocess
import sys

import pytest

import petfit
from petfit.cli.screen import screen
from tests.cli.runner import assert_one_message, run_process


def test_fit_saves_the_fit_and_prints_one_screen(tmp_path, people_table):
    people_table.to_csv(tmp_path / "mine.csv", index=False)
    how = ["--draws", "200", "--tune", "400", "--chains", "2", "--seed", "5"]
    done = run_process("fit", "mine.csv", "-o", "mine.nc", *how, cwd=tmp_path)
    assert done.returncode == 1, done.stderr  # so few draws fail a check
    assert done.stdout.startswith("Do not use these answers: ")
    assert done.stderr == ""  # no progress bar in a pipe
    fit = petfit.load(tmp_path / "mine.nc")
    assert fit.tree.attrs["seed"] == 5
    assert (fit.tree.attrs["chains"], fit.tree.attrs["draws"]) == (2, 200)
    assert done.stdout == screen(fit, "mine.nc") + "\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.csv", "mine.nc"]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupted_fit_writes_nothing(tmp_path, name):
    """Another thread interrupts the process while it waits for the sampler of the main run."""
    code = """
import _thread, signal, sys, threading
import nutpie
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores interrupts
from petfit.cli import main
start = nutpie.sample
def start_and_interrupt(*arguments, **options):
    sampler = start(*arguments, **options)
    if options["draws"] == 100_000:  # not the pilot run
        wait, cancel, cancelled = sampler.wait, sampler.cancel, threading.Event()
        def interrupt():
            while not cancelled.wait(0.2):
                _thread.interrupt_main(signal.Signals[name])
        def interrupted_wait():
            threading.Thread(target=interrupt, daemon=True).start()
            return wait()
        def noted_cancel():
            cancelled.set()
            return cancel()
        sampler.wait, sampler.cancel = interrupted_wait, noted_cancel
    return sampler
nutpie.sample = start_and_interrupt
name = sys.argv[1]
sys.argv = ["petfit", "fit", "--draws", "100000", "--tune", "100000", "-o", "fit.nc"]
main()
"""
    ended = subprocess.run(
        [sys.executable, "-c", code, name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 130
    assert ended.stderr.endswith("petfit: stopped. No file is half written.\n")
    assert list(tmp_path.iterdir()) == []


def test_a_model_without_finite_density_is_one_message(tmp_path):
    """The residual SD is so small that the density is infinite at every initial point."""
    (tmp_path / "table.csv").write_text("drug,subject,dose,value\nA,1,10,0.5\nA,2,20,0.6\nA,3,40,0.9\n")
    (tmp_path / "model.toml").write_text(
        "[reference_doses]\nA = 20\n"
        '[ec50.centre]\ndist = "Normal"\nmu = 0.0\nsigma = 1.5\n'
        '[emax.centre]\ndist = "Normal"\nmu = 2.0\nsigma = 1.0\n'
        '[noise.sigma]\ndist = "HalfNormal"\nsigma = 1e-200\n'
    )
    done = run_process("fit", "table.csv", "--model", "model.toml", cwd=tmp_path)
    assert_one_message(done.returncode, done.stdout, done.stderr, "no initial point has a finite density")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.toml", "table.csv"]
