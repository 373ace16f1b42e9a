"""Names in the data directory, and advice on it, that more than one module uses."""

from __future__ import annotations

ADDRESS_FILE = "studio.json"
"""Present while a studio runs: its URL and process ID, for the command line."""

INFERENCE_LOG = "inference.log"
"""Output of the inference process."""

IMAGES = "images"
"""Directory of the images that the records refer to."""

RESTORE = "See “Restore a studio on one machine” in docs/operate.md."
"""Where the messages about damaged files send the operator."""
