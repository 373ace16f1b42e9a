"""What is kept of an endpoint's answer: PNG with provenance, thumbnail, placeholder."""
