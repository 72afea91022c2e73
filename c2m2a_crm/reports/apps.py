from c2m2a_crm.core.apps import HouseAppConfig


class ReportsConfig(HouseAppConfig):
    default = True
    name = "c2m2a_crm.reports"
    label = "reports"
