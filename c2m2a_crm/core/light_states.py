"""Migrations of an empty database in a quarter of the time.

Before each step Django renders anew every model that is related to the one that changes. Here nearly every table leads
to people and parties, so each new table meant all tables: by far the most of the first start was spent on classes that
nobody looks at. A new model changes no other one, and an index or a constraint changes no class but the list of them.
``tests/system/test_light_states.py`` compares the database with the one that Django alone makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState


@contextmanager
def light_states() -> Iterator[None]:
    """While this is open, migrations render only what a new model, index or constraint touches."""
    state: Any = ProjectState
    before = state.add_model, state._append_option
    state.add_model, state._append_option = _add_model, _append_option
    try:
        yield
    finally:
        state.add_model, state._append_option = before


def _add_model(state: Any, model: ModelState) -> None:
    key = model.app_label, model.name_lower
    is_new = key not in state.models
    state.models[key] = model
    if state._relations is not None:
        state.resolve_model_relations(key)
    if "apps" not in state.__dict__:
        return
    if is_new:
        state.apps.render_multiple([model])
    else:
        state.reload_model(*key)


def _append_option(state: Any, app_label: str, model_name: str, option: str, added: Any) -> None:
    """``option`` is ``indexes`` or ``constraints``."""
    model = state.models[app_label, model_name]
    model.options[option] = [*model.options[option], added]
    if "apps" in state.__dict__:
        meta = state.apps.all_models[app_label][model_name]._meta
        setattr(meta, option, [*getattr(meta, option), added])
