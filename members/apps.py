from c2m2a_crm.core.apps import HouseAppConfig


class MembersConfig(HouseAppConfig):
    default = True
    name = "members"
    label = "members"
