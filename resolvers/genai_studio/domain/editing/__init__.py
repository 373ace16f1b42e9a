"""Changes of a source image: the operations, and the validated fields of an edit."""
