"""Addresses of built assets: plain names to the hashed ones that `npm run build` wrote into its manifest."""

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

BUILT = Path(__file__).resolve().parent / "static" / "built"


def asset_url(name: str) -> str:
    """Return the address of a built asset, such as `app.css`. A missing build says what to do.

    The collected files come first: they are what the web server hands out, even while a newer build waits for a restart.
    """
    return _address(name, Path(settings.STATIC_ROOT) / "built")


@cache
def _address(name: str, collected: Path) -> str:
    return static(f"built/{_names(collected)[name]}")


@cache
def _names(collected: Path) -> dict[str, str]:
    """Return the names of the build that this process began with."""
    for folder in (collected, BUILT):
        manifest = folder / "manifest.json"
        if manifest.exists():
            names: dict[str, str] = json.loads(manifest.read_text())
            return names
    raise FileNotFoundError("The front end is not built: run `make up` or `make test`.")
