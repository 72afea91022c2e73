"""The people and parties of the contact log's tests: home is read over the same ones."""

from tests.engagement.conftest import amara as amara
from tests.engagement.conftest import department as department
from tests.engagement.conftest import fundy as fundy
from tests.engagement.conftest import marisol as marisol
from tests.engagement.conftest import northline as northline
