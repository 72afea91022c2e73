"""Where we meet. The room is named here so that its floor is fixed; it has no tables yet."""
