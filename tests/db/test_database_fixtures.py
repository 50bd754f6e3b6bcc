"""The promises that every other database test leans on."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

MARK = "left behind"


@pytest.mark.django_db
@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_test_writes_is_rolled_back(turn: str) -> None:
    assert not ContentType.objects.filter(app_label=MARK).exists()
    ContentType.objects.create(app_label=MARK, model="thing")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_committing_test_writes_is_gone_after_it(turn: str) -> None:
    assert ContentType.objects.exists()  # what migrations made is still there
    assert not ContentType.objects.filter(app_label=MARK).exists()
    ContentType.objects.create(app_label=MARK, model="thing")


@pytest.mark.django_db
def test_server_is_not_durable_and_role_is_no_superuser() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('is_superuser')")
        assert cursor.fetchone() == ("off", "off")
