"""What is written about positions, by subject."""
