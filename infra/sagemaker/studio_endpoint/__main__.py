"""`python -m studio_endpoint`, the same as `studio-endpoint`."""

from studio_endpoint.cli import main

main()
