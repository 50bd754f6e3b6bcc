"""Finding a Chromium for the tests, or getting one: an existing one, else Playwright's, else Debian's package where root.

Run as `python -m tests.support.chromium` by `make test`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_PACKAGES = ("chromium", "fonts-noto-cjk")
DEBIAN_CHROMIUM = Path("/usr/bin/chromium")  # a package installed a moment ago may lie off a narrow PATH
DOWNLOAD_SECONDS_MAX = 300


def find() -> Path | None:
    """Return the Chromium to use, or None."""
    return next((path for path in _candidates() if os.access(path, os.X_OK)), None)


def install() -> Path | None:
    """Get a Chromium and return it, or None when neither way works here."""
    for attempt in (_install_from_playwright, _install_from_debian):
        attempt()
        if found := find():
            return found
    return None


def _candidates() -> Iterator[Path]:
    if given := os.environ.get("CHROMIUM"):
        yield Path(given)
    yield from (Path(path) for name in NAMES if (path := shutil.which(name)))
    yield DEBIAN_CHROMIUM
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    yield from sorted(cache.glob("chromium-*/chrome-linux*/chrome"), reverse=True)


def _install_from_playwright() -> None:
    _try([sys.executable, "-m", "playwright", "install", "chromium"])


def _install_from_debian() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _try(["apt-get", "update", "-q"])
        _try(["apt-get", "install", "-q", "-y", "--no-install-recommends", *DEBIAN_PACKAGES])


def _try(command: list[str]) -> None:
    sys.stdout.write(f"+ {' '.join(command)}\n")
    try:
        subprocess.run(
            command, check=False, timeout=DOWNLOAD_SECONDS_MAX, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        sys.stdout.write(f"{failure}\n")


if __name__ == "__main__":
    chromium = find() or install()
    if chromium is None:
        sys.exit("The browser tests need Chromium: install Debian's package `chromium`, or set CHROMIUM to one's path.")
    sys.stdout.write(f"Chromium: {chromium}\n")
