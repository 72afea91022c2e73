from c2m2a_crm.core.apps import HouseAppConfig


class AccountsConfig(HouseAppConfig):
    default = True
    name = "c2m2a_crm.accounts"
    label = "accounts"
