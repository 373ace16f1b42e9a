"""The HTTP side of the serving container: routes, bodies, streamed answers."""
