"""People check by a link what is on file of them; what they answer is a difference to accept or refuse."""
