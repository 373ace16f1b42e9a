"""The host for one machine: server process and background loops."""
