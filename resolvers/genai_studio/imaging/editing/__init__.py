"""Prepare the source and mask of an edit, and combine the result with the source."""
