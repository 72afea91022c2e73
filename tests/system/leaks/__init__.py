"""What was confided to a circle shows to nobody else: not as a word, not as a number, not as an address.

One sealed and one restricted record of each kind that can be confided stand beside open ones. Somebody outside the
circle then reads every list, page, count, timeline, search, file and mail of the product; whoever adds an address, a
format, a kind of job or of mail adds it here, or a test fails.
"""
