"""Draw a scene: backdrop, sprites, weather and finish."""
