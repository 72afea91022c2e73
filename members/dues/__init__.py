"""Dues: what a membership owes for each year of its term, the invoices, and what was paid, waived or credited."""
