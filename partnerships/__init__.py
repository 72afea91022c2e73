"""Canada and the world: partnerships, what they cover, what is known of them."""
