"""Output of the commands: tables, progress, errors, prompts and files."""
