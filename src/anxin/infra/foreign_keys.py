"""A Django system check: no foreign key leaves its module, except to people and shops; elsewhere the id is stored.

So each module's tables can move to another database, and a hot statement never waits for another module's row lock.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.db.models import ForeignKey, ManyToManyField, Model, OneToOneField

OPEN_TO_ALL = {"people.Person", "shops.Shop"}
OURS = "anxin."


@register("anxin")
def foreign_keys_stay_home(**_arguments: Any) -> list[CheckMessage]:
    """Report every foreign key of the house that leaves its module."""
    return strays(model for model in apps.get_models() if model.__module__.startswith(OURS))


def strays(models: Iterable[type[Model]]) -> list[CheckMessage]:
    """Return an error for each relation of `models` that leaves its app and does not lead to OPEN_TO_ALL."""
    return [
        Error(
            f"{model._meta.label}.{field.name} leads to {field.related_model._meta.label}.",
            hint="Store the id in a UUIDField.",
            obj=model,
            id="anxin.E001",
        )
        for model in models
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | OneToOneField | ManyToManyField) and _strays(model, field)
    ]


def _strays(model: type[Model], field: Any) -> bool:
    target = field.related_model._meta
    return target.app_label != model._meta.app_label and target.label not in OPEN_TO_ALL
