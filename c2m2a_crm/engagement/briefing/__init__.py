"""Briefings: what to know of the people somebody is about to meet, on a page and on two sheets (``docs/adr/0027``)."""
