"""Start of the infrastructure app: every market module's handlers are known before the first request or event."""

import pkgutil
from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate, pre_migrate

from anxin.infra.migrating import forget_lock_limit, limit_lock_waits


class InfraConfig(AppConfig):
    """Imports `jobs` (handlers, deadlines) and `checks` (invariants for `anxin doctor`) of every module that has them."""

    name = "anxin.infra"
    label = "infra"

    def ready(self) -> None:
        import_module("anxin.infra.foreign_keys")
        pre_migrate.connect(limit_lock_waits)
        post_migrate.connect(forget_lock_limit)
        for app in apps.get_app_configs():
            for part in ("jobs", "checks"):
                if app.name.startswith("anxin.") and app.name != self.name and find_spec(f"{app.name}.{part}"):
                    _import_whole(f"{app.name}.{part}")


def _import_whole(name: str) -> None:
    """Import a module, and where it is a package of several files each of them."""
    imported = import_module(name)
    for found in pkgutil.iter_modules(getattr(imported, "__path__", ())):
        import_module(f"{name}.{found.name}")
