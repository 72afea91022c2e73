from c2m2a_crm.core.apps import HouseAppConfig


class PrivacyConfig(HouseAppConfig):
    default = True
    name = "c2m2a_crm.privacy"
    label = "privacy"
