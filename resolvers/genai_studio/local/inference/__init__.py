"""The inference server on this machine: a child process or a given URL."""
