"""What is done with comment rounds, from the draft to what became of each comment."""
