from c2m2a_crm.core.apps import HouseAppConfig


class OutreachConfig(HouseAppConfig):
    default = True
    name = "c2m2a_crm.outreach"
    label = "outreach"
