"""What the catalog does when told: the category files are brought into the tables after every migration."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from anxin.market.catalog.commands.categories import sync_categories

LABEL = "catalog"


@receiver(post_migrate, dispatch_uid="catalog.sync_categories")
def bring_categories(sender: AppConfig, **_signal: Any) -> None:
    """Sync the category tree once the catalog's own tables are migrated."""
    if sender.label == LABEL:
        sync_categories()
