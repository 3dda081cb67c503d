"""Planning: studies as data, simulated tables, many fits, and what a design will tell."""
