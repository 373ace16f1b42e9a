"""Cost estimates for a studio in AWS: prices, usage per image, and bills."""
