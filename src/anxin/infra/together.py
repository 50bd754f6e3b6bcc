"""Several querysets read with one statement, for a page that shows a little of many tables of its module."""

import json
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet


def read_together(**wanted: QuerySet[Any]) -> dict[str, list[Any]]:
    """Return the rows of each queryset, in its order; whole models, without what they relate to. One statement."""
    parts: list[str] = []
    params: list[Any] = []
    for name, rows in wanted.items():
        text, own = rows.query.sql_with_params()
        parts.append(f"(SELECT coalesce(jsonb_agg(to_jsonb(one)), '[]') FROM ({text}) one) AS {name}")  # noqa: S608 - Django's text, our names
        params += own
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        found = cursor.fetchone()
    return {
        name: [_model(rows.model, kept) for kept in json.loads(text)]
        for (name, rows), text in zip(wanted.items(), found, strict=True)
    }


def _model(model: type[Model], kept: dict[str, Any]) -> Model:
    fields = model._meta.concrete_fields
    values = [one.to_python(kept[str(one.column)]) for one in fields]
    return model.from_db("default", [one.attname for one in fields], values)
