"""What accounts do to the rest of the house."""

from c2m2a_crm.accounts.ground_floor import GROUND_FLOOR_RIGHTS
from c2m2a_crm.core import rights

rights.install(GROUND_FLOOR_RIGHTS)
