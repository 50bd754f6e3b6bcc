"""The API guide's commands, run in the order of the page against a live market."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from anxin.infra.clock import now
from anxin.market.catalog.queries import product_page
from anxin.market.inventory.commands import Level, Reason, set_levels
from anxin.market.people.queries import Role
from tests.builders import catalog, orders
from tests.builders.people import a_person, with_role
from tests.support.films import film
from tests.support.live import LiveMarket

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guides" / "api.md"
CREATORS_GUIDE = ROOT / "docs" / "guides" / "creators-api.md"
DAYS_PASS = "<!-- days pass -->"
SETTLEMENT = timedelta(days=40)


@pytest.fixture
def market(clones: Any, django_db_blocker: Any, tmp_path: Path) -> Iterator[LiveMarket]:
    """A live market with the two demo people of the guide and one product."""
    live = LiveMarket(tmp_path / "live", clones.another("guide"))
    with django_db_blocker.unblock():
        live.home.mkdir()
        with live.database():
            shop = orders.a_shop()
            with_role(a_person(email="owner@demo.anxin.example"), Role.OWNER, shop)
            a_person(email="buyer@demo.anxin.example")
            product = catalog.a_product(shop, now=now())
            skus = product_page(product, now=now()).skus
            set_levels([Level(sku.id, shop, 5) for sku in skus], reason=Reason.COUNTED, by=None, now=now())
        live.start()
        yield live
        live.stop()


def shell_of(part: str) -> str:
    """The commands of a part of the page."""
    return "\n".join(re.findall(r"^```bash\n(.*?)^```", part, flags=re.MULTILINE | re.DOTALL))


def run(script: str, market: LiveMarket, folder: Path) -> None:
    """Run commands in a shell that stops at the first failure; it begins with what the one before left behind."""
    anxin = folder / "anxin"
    anxin.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m anxin.entry.cli "$@"\n')
    anxin.chmod(0o755)
    kept = folder / "kept.sh"
    kept.touch()
    environment = {
        **os.environ,
        "ANXIN": market.url,
        "ANXIN_HOME": str(market.home),
        "DATABASE_URL": market.database_url,
        "PYTHONPATH": str(ROOT / "src"),
        "PATH": f"{folder}:{os.environ['PATH']}",
    }
    whole = f"set -euo pipefail\nset -a\n. {kept}\n{script}\n{{ declare -f; declare -p ${{!BUYER*}} ${{!OWNER*}} ${{!SHOP*}} ${{!SKU*}} ${{!ORDER*}} ${{!KEY*}} ${{!BEFORE*}}; }} > {kept}"
    done = subprocess.run(
        ["bash", "-c", whole], env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    log = market.home / "live.log"
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{log.read_text()[-3000:]}"


def test_every_command_of_the_guide_works_in_its_order(market: LiveMarket, tmp_path: Path) -> None:
    before, after = GUIDE.read_text().split(DAYS_PASS)
    run(shell_of(before), market, tmp_path)
    market.pass_time(SETTLEMENT)
    run(shell_of(after), market, tmp_path)


def test_every_command_of_the_creators_guide_works_in_its_order(market: LiveMarket, tmp_path: Path) -> None:
    with market.database():
        a_person(email="creator@demo.anxin.example")
    clip = film(tmp_path / "clip.mp4")
    run(f"VIDEO={clip}\n{shell_of(CREATORS_GUIDE.read_text())}", market, tmp_path)
