"""Who may read reports. What a report counts is narrowed further: each counts what its reader may read."""

from __future__ import annotations

from c2m2a_crm.accounts.policies import can_look

can_read_reports = can_look
