"""What pages with a list, and buttons that do one thing, have in common: the row of tabs, and saying what came of it."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from anxin.faces.pages import message_of
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id
from anxin.ui.parts import Tab


def act_on(
    page: str, prefix: str, request: HttpRequest, number: str, act: Callable[[UUID], object], done: str
) -> HttpResponse:
    """Do something to what `number` names, say `done` or why it was refused, and go back to its page."""
    try:
        act(parse_public_id(prefix, number))
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(request, done)
    return redirect(page, number)


def tabs_of(
    labels: Mapping[str, Any], counts: Mapping[str, int], address: str, active: str, *, zeros: bool = False
) -> list[Tab]:
    """Return a tab for each key of `labels`; the empty key is the list itself, the others narrow it by `?tab=`.

    A count of nothing is left out, unless `zeros` are wanted.
    """
    shown = {key: counts.get(key) if zeros else counts.get(key) or None for key in labels}
    return [
        Tab(str(label), f"{address}?tab={key}" if key else address, shown[key], key == active)
        for key, label in labels.items()
    ]
