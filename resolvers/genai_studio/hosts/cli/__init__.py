"""The command line: `genai-studio`, and `main`, its console script."""

from __future__ import annotations

from genai_studio.hosts.cli.app import main

__all__ = ["main"]
