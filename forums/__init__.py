"""Where we meet: forums, their seats and who holds them."""
