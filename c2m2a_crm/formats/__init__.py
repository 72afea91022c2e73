"""How Canada writes dates, times and numbers, in English and in French."""
