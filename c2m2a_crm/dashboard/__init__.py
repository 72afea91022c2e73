"""Home: ties the other rooms together and owns nothing."""
