"""The specification of a deployment, validated before any call."""
