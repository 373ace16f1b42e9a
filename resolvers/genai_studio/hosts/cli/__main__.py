"""`python -m genai_studio.hosts.cli`, for where the console script is not on the path."""

from __future__ import annotations

from genai_studio.hosts.cli.app import main

main()
