"""What state the database is in: which schema it has and whether its market was filled, kept as its comment.

The comment goes where the database goes: a dropped or restored database never claims a state that it does not have.
"""

import json
from typing import Any

import psycopg
from psycopg import sql

from anxin.infra.schema import schema_digest


def is_prepared(url: str) -> bool:
    """Say whether the database `url` has this version's schema and its market was filled or left empty on purpose."""
    state = read_state(url)
    return state.get("schema") == schema_digest() and "market" in state


def read_state(url: str) -> dict[str, str]:
    """Return the recorded state of the database `url`; empty when it is new or was restored from elsewhere."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    try:
        state: dict[str, Any] = json.loads(row[0]) if row and row[0] else {}
    except ValueError:  # somebody else's comment
        return {}
    return {str(key): str(value) for key, value in state.items()}


def write_state(url: str, state: dict[str, str]) -> None:
    """Record the state of the database `url`."""
    with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:
        comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
        connection.execute(comment.format(sql.Identifier(connection.info.dbname), sql.Literal(json.dumps(state))))
