"""The people and parties of the contact log's tests, over which home is read; and the small demo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from c2m2a_crm.dashboard.demo import build
from tests.engagement.conftest import amara as amara
from tests.engagement.conftest import department as department
from tests.engagement.conftest import fundy as fundy
from tests.engagement.conftest import marisol as marisol
from tests.engagement.conftest import northline as northline


@pytest.fixture(scope="module")
def demo_office(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The small demo, filled in once for the tests of a file; each of them takes back what it wrote.

    ``tests/scale_plugin.py`` keeps such a file in one process. A test that commits has no place in it.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        build(password="copper birch kettle lantern")
        yield
        transaction.set_rollback(True)
