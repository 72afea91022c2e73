from c2m2a_crm.core.apps import HouseAppConfig


class PartnershipsConfig(HouseAppConfig):
    default = True
    name = "partnerships"
    label = "partnerships"
