"""Kinetics: from doses to concentrations in plasma over time, in closed form."""
