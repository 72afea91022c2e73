from c2m2a_crm.core.apps import HouseAppConfig


class EngagementConfig(HouseAppConfig):
    default = True
    name = "c2m2a_crm.engagement"
    label = "engagement"
