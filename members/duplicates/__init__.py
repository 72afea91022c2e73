"""Records that may be one: what speaks for it, which pairs are looked at, and the queue in which they are settled.

``profiles`` reads what is compared; ``people`` and ``parties`` compare two of them; ``blocks`` says which pairs are
worth a comparison; ``hunt`` does all of it and writes what it found. Nothing here merges anything.
"""
