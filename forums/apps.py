from c2m2a_crm.core.apps import HouseAppConfig


class ForumsConfig(HouseAppConfig):
    default = True
    name = "forums"
    label = "forums"
