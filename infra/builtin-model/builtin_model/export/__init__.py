"""Export of the trained networks to the format that the runtime loads."""
