"""Organizations from other people's tables: one way for the command and the page.

``names`` reads a cell, ``columns`` says what a column means, ``plan`` decides what each row would do and writes
nothing, ``apply`` does it as one operation.
"""

from members.imports.apply import ImportOutcome, import_organizations
from members.imports.columns import ImportSettings, guess_settings
from members.imports.plan import Plan, plan_import

__all__ = ["ImportOutcome", "ImportSettings", "Plan", "guess_settings", "import_organizations", "plan_import"]
