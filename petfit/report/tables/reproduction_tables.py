"""Tables of how a fit and its report were made."""

from __future__ import annotations

import shlex

import pandas as pd

from petfit.fit import Fit
from petfit.plots.curve_bands import INTERVAL_QUANTILES
from petfit.report.table import Column, Table, plain
from petfit.results.quantiles import PROB

__all__ = ["reproduction_table", "settings_table"]


def settings_table(fit: Fit, occupancy: float) -> Table:
    """Return the numbers with which a fit and its report were made."""
    attrs = fit.attrs
    rows = [
        ("chains", attrs["chains"]),
        ("draws per chain", attrs["draws"]),
        ("draws in total", attrs["chains"] * attrs["draws"]),
        ("warm-up draws per chain", attrs["tune"]),
        ("target acceptance", attrs["target_accept"]),
        ("maximum tree depth", attrs["max_depth"]),
        ("seconds of compiling", attrs["seconds_compiling"]),
        ("seconds of sampling", attrs["seconds_sampling"]),
        ("requested occupancy", occupancy),
        ("probability of intervals", PROB),
        ("probability of inner intervals in figures", INTERVAL_QUANTILES[3] - INTERVAL_QUANTILES[1]),
        *((f"hours between doses of {drug}", pk.schedule.every_h) for drug, pk in fit.spec.pk.items()),
    ]
    frame = pd.DataFrame(rows, columns=["setting", "value"])
    return Table(
        "settings", "Settings", frame, (Column("setting", "setting"), Column("value", "value", plain))
    )


def reproduction_table(fit: Fit) -> Table:
    """Return what is needed to make a fit again."""
    attrs = fit.attrs
    sampler = (
        f"NUTS, {attrs['chains']} chains of {attrs['draws']} draws after {attrs['tune']} warm-up draws, "
        f"target acceptance {attrs['target_accept']:g}"
    )
    centred = [line.split()[0] for line in str(attrs.get("centred", "")).splitlines()]
    rows = [
        ("created", str(attrs["created"])),
        ("evidence", str(attrs["evidence"])),
        ("SHA-256 of the evidence", str(attrs["evidence_sha256"])),
        ("sampler", sampler),
        ("divergent draws of a discarded first run", f"{attrs.get('discarded_divergences', 0):g}"),
        ("random effects with a centred parametrisation", ", ".join(centred) or "none"),
        ("seed", str(attrs["seed"])),
        ("deviations of people", "integrated out" if attrs.get("people_integrated") else "sampled"),
        ("time", f"{attrs['seconds_compiling']:.1f} s compiling, {attrs['seconds_sampling']:.1f} s sampling"),
        ("versions", ", ".join(str(attrs["versions"]).splitlines())),
        ("command", _command(fit)),
    ]
    frame = pd.DataFrame(rows, columns=["item", "value"])
    return Table.from_frame("reproduction", "How to reproduce the fit", frame)


def _command(fit: Fit) -> str:
    """Return the command that makes the fit again, with the model as a file."""
    attrs = fit.attrs
    options = [f"--{name} {attrs[name]}" for name in ("seed", "draws", "tune", "chains")]
    options.append(f"--target-accept {attrs['target_accept']:g}")
    evidence = shlex.quote(str(attrs["evidence"]))
    return f"petfit fit {evidence} --model model.toml {' '.join(options)} -o fit.nc"
