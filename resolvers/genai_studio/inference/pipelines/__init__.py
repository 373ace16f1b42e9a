"""Text-to-image pipelines: one interface, one folder for each kind of model."""
