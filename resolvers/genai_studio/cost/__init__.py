"""What a studio in AWS costs: prices, what an image uses, and the bill."""
