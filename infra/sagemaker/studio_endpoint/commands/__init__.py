"""One command a file, read when it is used."""
