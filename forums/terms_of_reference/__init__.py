"""Terms of reference: what they say, who may sit by them, from which pattern a table begins."""
