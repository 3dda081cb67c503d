"""What is assumed: specification, priors, curves, design and likelihood."""
