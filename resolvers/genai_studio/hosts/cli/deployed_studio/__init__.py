"""Checks of a studio in an AWS account, from outside: `genai-studio doctor --aws`."""
