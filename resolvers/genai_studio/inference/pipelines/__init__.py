"""Text-to-image pipelines: one interface, one file per kind of model."""
