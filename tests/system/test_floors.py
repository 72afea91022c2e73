"""The floors of the house where import-linter is blind: foreign keys, migrations, imports by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.migrations.loader import MigrationLoader

from c2m2a_crm.core.apps import HouseAppConfig

ROOT = Path(__file__).parents[2]
# Lowest first, as in pyproject.toml; rooms that are not built yet have their place already.
FLOORS = (
    "c2m2a_crm.core",
    "c2m2a_crm.accounts",
    "members",
    "c2m2a_crm.privacy",
    "c2m2a_crm.outreach",
    "c2m2a_crm.engagement",
    "forums",
    "partnerships",
    "c2m2a_crm.lobbying",
    "c2m2a_crm.reports",
    "c2m2a_crm.dashboard",
)
HOUSE = [config for config in apps.get_app_configs() if config.name in FLOORS]
LABELS = {config.label: FLOORS.index(config.name) for config in HOUSE}


def relations() -> Iterator[tuple[type[models.Model], models.Field[object, object]]]:
    for config in HOUSE:
        for model in config.get_models(include_auto_created=True):
            for field in model._meta.get_fields():
                if isinstance(field, models.ForeignKey | models.OneToOneField | models.ManyToManyField):
                    yield model, field


def test_every_app_of_ours_is_on_a_floor_and_loads_its_contributions() -> None:
    ours = {"c2m2a_crm", "members", "forums", "partnerships"}
    configs = [config for config in apps.get_app_configs() if config.name.split(".")[0] in ours]
    assert {config.name for config in configs} <= set(FLOORS)
    # Two candidates in one apps.py make Django take neither, silently: then no contribution would ever be loaded.
    assert all(isinstance(config, HouseAppConfig) for config in configs)


def test_apps_are_installed_lowest_floor_first() -> None:
    installed = [name for name in settings.INSTALLED_APPS if name in FLOORS]
    assert installed == sorted(installed, key=FLOORS.index)


def test_foreign_keys_point_downwards() -> None:
    upwards = [
        f"{model.__name__}.{field.name} → {field.related_model.__name__}"  # type: ignore[union-attr]  # a relation names its model
        for model, field in relations()
        if field.related_model._meta.app_label in LABELS  # type: ignore[union-attr]  # a relation names its model
        and LABELS[field.related_model._meta.app_label] > LABELS[model._meta.app_label]  # type: ignore[union-attr]  # a relation names its model
        # The one exception: everything is done by somebody, and Django lets any app name the user's table.
        and field.related_model._meta.label != settings.AUTH_USER_MODEL  # type: ignore[union-attr]  # a relation names its model
    ]
    assert not upwards


def test_there_are_foreign_keys_to_judge() -> None:
    assert len(list(relations())) > 30


def test_migrations_depend_downwards() -> None:
    graph = MigrationLoader(None).disk_migrations
    user_app = settings.AUTH_USER_MODEL.split(".")[0]
    upwards = [
        f"{label}.{name} → {needed}"
        for (label, name), migration in graph.items()
        if label in LABELS
        for needed, _name in migration.dependencies
        if needed in LABELS and LABELS[needed] > LABELS[label] and needed != user_app
    ]
    assert not upwards


# Where a name is looked up in a running program, import-linter sees nothing. Each place says why it may.
BY_NAME = {
    "c2m2a_crm/accounts/querysets.py": "names tables of its own app, whose models import it",
    "c2m2a_crm/core/apps.py": "loads the app's own contributions.py, and the Celery application",
    "c2m2a_crm/core/management/commands/start.py": "calls what a setting names, as Django itself does",
}
LOOKUPS = {"import_module", "import_string", "get_model", "__import__"}


def lookups(path: Path) -> list[int]:
    tree = ast.parse(path.read_text("utf-8"))
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in LOOKUPS)
            or (isinstance(node.func, ast.Attribute) and node.func.attr in LOOKUPS)
        )
    ]


def sources() -> list[Path]:
    return [
        path
        for room in ("c2m2a_crm", "members", "forums", "partnerships")
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts
    ]


def test_nothing_is_imported_by_name_but_where_it_is_explained() -> None:
    found = {str(path.relative_to(ROOT)) for path in sources() if lookups(path)}
    assert found == set(BY_NAME)


@pytest.mark.parametrize("line", ["import_module('x')", "apps.get_model('a.B')", "importlib.import_module('x')"])
def test_the_search_for_imports_by_name_finds_them(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.py"
    path.write_text(f"x = 1\n{line}\n", "utf-8")
    assert lookups(path) == [2]
