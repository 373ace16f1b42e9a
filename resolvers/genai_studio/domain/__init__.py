"""Domain model and rules, without I/O and without frameworks."""
