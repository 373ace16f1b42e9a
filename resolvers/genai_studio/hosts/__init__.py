"""Where the schema meets the world: one file or folder for each way to serve it."""
