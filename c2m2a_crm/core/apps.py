"""How each app of the house announces itself."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class HouseAppConfig(AppConfig):
    """Loads the app's ``contributions.py``, the one file that tells what the app does to the rest of the house.

    ``default = False`` here and ``default = True`` on each subclass: without both, Django finds two candidates in an
    ``apps.py`` that imports this class, takes neither, and no contribution is ever loaded, silently.
    """

    default = False

    def ready(self) -> None:
        if find_spec(f"{self.name}.contributions"):
            import_module(f"{self.name}.contributions")


class CoreConfig(HouseAppConfig):
    default = True
    name = "c2m2a_crm.core"
    label = "core"

    def ready(self) -> None:
        import_module("c2m2a_crm.core.checks")
        import_module("c2m2a_crm.celery")  # in every process, or tasks would be sent to a broker nobody configured
        super().ready()
