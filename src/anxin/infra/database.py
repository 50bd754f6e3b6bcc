"""Where the database is: your own by DATABASE_URL, else the embedded one, whose address lies in the data directory."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

from anxin.infra.config import Config

URL_FILE = "secrets/database.url"  # written by the embedded server at its start, readable by the owner only


def database_url(config: Config) -> str:
    """Return the libpq address of the database, or an empty text while the embedded server was never started."""
    if config.database_url:
        return config.database_url
    path = config.home_path / URL_FILE
    return path.read_text().strip() if path.exists() else ""


def django_database(url: str) -> dict[str, Any]:
    """Return Django's settings for the libpq address `url`: server-side binding, prepared statements, kept connections."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": str(parts.pop("dbname", "anxin")),
        "HOST": str(parts.pop("host", "")),
        "PORT": str(parts.pop("port", "") or ""),
        "USER": str(parts.pop("user", "")),
        "PASSWORD": str(parts.pop("password", "")),
        "CONN_MAX_AGE": None,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {**parts, "server_side_binding": True, "prepare_threshold": 2},
    }
