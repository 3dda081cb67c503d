"""Wide tables: columns named by the levels of a factor, made into rows."""
