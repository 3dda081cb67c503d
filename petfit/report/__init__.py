"""The report: one HTML page that works without a network, and its tables in a folder next to it."""
