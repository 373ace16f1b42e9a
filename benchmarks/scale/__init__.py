"""Simulate the load of a deployed studio against the limits of AWS and of the design."""
