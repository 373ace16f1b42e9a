"""What a studio in AWS costs: prices, what a picture uses, and the bill."""
