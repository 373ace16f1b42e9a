"""Names of the files in the data directory that more than one module uses."""

from __future__ import annotations

ADDRESS_FILE = "studio.json"
"""Present while a studio runs: its URL and process ID, for the command line."""

INFERENCE_LOG = "inference.log"
"""Output of the inference process."""
