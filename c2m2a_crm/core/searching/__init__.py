"""One search table for the whole product: how rooms feed it, how a question is read, how it is answered.

Why one table, what a row of it holds and what a question costs: ``docs/adr/0010-search.md``.
"""
