"""Entry point of `python -m studio_endpoint`, which equals `studio-endpoint`."""

from studio_endpoint.cli import main

main()
