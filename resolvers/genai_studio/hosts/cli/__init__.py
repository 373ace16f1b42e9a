"""The command line, `genai-studio`. `main` is the console script."""

from __future__ import annotations

from genai_studio.hosts.cli.app import main

__all__ = ["main"]
