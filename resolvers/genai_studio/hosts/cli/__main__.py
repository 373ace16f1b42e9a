"""Entry point of `python -m genai_studio.hosts.cli`."""

from __future__ import annotations

from genai_studio.hosts.cli.app import main

main()
