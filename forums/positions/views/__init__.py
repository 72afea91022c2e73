"""Pages of policy positions."""
