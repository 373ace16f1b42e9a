"""Hypothesis settings for property tests that are slow on a busy machine."""

from hypothesis import HealthCheck, settings

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
