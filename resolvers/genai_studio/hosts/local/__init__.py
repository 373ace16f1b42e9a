"""The studio on one machine: its server process and background loops."""
