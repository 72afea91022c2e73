"""What privacy does to the rest of the house."""
