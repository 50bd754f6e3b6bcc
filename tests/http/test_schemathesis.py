"""The description of the API against the API: whatever schemathesis makes up from it, the answer is one that it allows."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from anxin.faces.api import frame
from anxin.faces.api.ratelimit import Limiter
from anxin.infra.clock import now
from tests.builders.people import a_person, a_token
from tests.builders.shops import an_open_shop

# positive_data_acceptance is left out: a schema cannot say that a district exists or a SKU is on sale.
EXAMPLES = 6  # for each operation; a longer search is run by hand: schemathesis run /api/v1/openapi.json


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture
def _kept_connection() -> Iterator[None]:
    """Requests leave the connection of the test open."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


@pytest.fixture
def owner_token(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """The token of a buyer who owns an open shop, and who may ask as often as the search wants."""
    monkeypatch.setattr(frame, "LIMITER", Limiter(1_000_000))
    owner = a_person(now=now())
    an_open_shop(owner_id=owner)
    return a_token(owner, now=now())


@pytest.mark.usefixtures("_kept_connection")
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_an_answer_is_one_that_the_description_allows(case: Any, owner_token: str) -> None:
    headers = {"Authorization": f"Bearer {owner_token}"}
    case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])
