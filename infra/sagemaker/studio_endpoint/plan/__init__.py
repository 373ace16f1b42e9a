"""Plans of deployments and removals, and their execution."""
