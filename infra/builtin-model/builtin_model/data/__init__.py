"""Source data: emoji packages, concepts and rasterized sprites."""
