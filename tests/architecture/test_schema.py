"""The schema: foreign keys stay home, migrations make exactly what the models say, and none waits long for a lock."""

from typing import Any

import pytest
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connection, models
from django.db.models.signals import pre_migrate

from anxin.infra.foreign_keys import foreign_keys_stay_home, strays
from anxin.infra.migrating import LOCK_TIMEOUT


def test_no_foreign_key_leaves_its_module() -> None:
    assert foreign_keys_stay_home() == []


@pytest.mark.parametrize("kind", [models.ForeignKey, models.OneToOneField])
def test_a_foreign_key_that_leaves_its_module_is_seen(kind: type[models.ForeignKey]) -> None:
    registry = Apps()

    class Product(models.Model):
        class Meta:
            app_label = "catalog"
            apps = registry

    class Line(models.Model):
        product = kind(Product, on_delete=models.CASCADE)

        class Meta:
            app_label = "orders"
            apps = registry

    assert [error.msg for error in strays([Line])] == ["orders.Line.product leads to catalog.Product."]
    assert strays([Product]) == []


@pytest.mark.django_db
def test_migrations_make_exactly_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_no_migration_waits_long_for_a_lock() -> None:
    seen = []

    def look(**_signal: Any) -> None:
        seen.append(lock_timeout())

    pre_migrate.connect(look)
    try:
        call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(look)
    assert set(seen) == {LOCK_TIMEOUT}
    assert lock_timeout() == "0"


def lock_timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return str(cursor.fetchone()[0])
