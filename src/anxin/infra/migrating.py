"""Migrations of a running market: none may wait long for a lock, because every order would queue up behind it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.migrations.state import ProjectState

LOCK_TIMEOUT = "5s"

Key = tuple[str, str]  # the label of an app and the name of a model of it, in small letters


def limit_lock_waits(using: str, **_signal: Any) -> None:
    """Before migrating: give up on a lock after LOCK_TIMEOUT instead of stopping the market; the migration is run again."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")


def forget_lock_limit(using: str, **_signal: Any) -> None:
    """After migrating: wait for locks as usual again."""
    with connections[using].cursor() as cursor:
        cursor.execute("RESET lock_timeout")


@contextmanager
def light_states() -> Iterator[None]:
    """Let migrations make fewer model classes than Django does, which is most of what migrating an empty database costs.

    After each operation Django makes the classes of all models anew that are related to the one that changed, over people
    that is nearly all of them, hundreds of times. For a model that nobody can refer to yet, and for changes that Django
    itself calls delayed (indexes, constraints, plain columns), the class of that model alone will do; Django makes all
    classes anew before it hands them to a migration's own code.
    """
    whole: Callable[..., set[Key]] = ProjectState._find_reload_model  # type: ignore[attr-defined] # noqa: SLF001

    def light(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[Key]:
        if not delay and model_name in state.apps.all_models[app_label]:
            return whole(state, app_label, model_name, delay)
        state.is_delayed = True
        return {(app_label, model_name)}

    ProjectState._find_reload_model = light  # type: ignore[attr-defined] # noqa: SLF001
    try:
        yield
    finally:
        ProjectState._find_reload_model = whole  # type: ignore[attr-defined] # noqa: SLF001
