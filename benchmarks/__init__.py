"""Long runs that hold petfit against itself and against the clock; none of them is a test."""
