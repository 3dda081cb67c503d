"""From model and evidence to posterior draws."""
