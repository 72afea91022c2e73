from c2m2a_crm.core.apps import HouseAppConfig


class DashboardConfig(HouseAppConfig):
    default = True
    name = "c2m2a_crm.dashboard"
    label = "dashboard"
