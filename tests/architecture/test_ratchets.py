"""What drifts when nobody looks: sizes, clocks, floats, transactions. Every rule is also shown to see a violation."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import rules, sql_rules

SOURCE = Path(__file__).resolve().parents[2] / "src" / "anxin"

LONG_FUNCTION = "def long() -> None:\n" + "    print()\n" * rules.FUNCTION_LINES_MAX
SEEDED: dict[Callable[[Path], list[str]], tuple[str, str]] = {
    rules.long_functions: ("market/orders/store.py", LONG_FUNCTION),
    rules.long_files: ("market/orders/store.py", "x = 1\n" * (rules.FILE_LINES_MAX + 1)),
    rules.wide_functions: ("market/orders/store.py", "def wide(a, b, c, d, *, e, f, g): ...\n"),
    rules.clock_reads: ("market/orders/jobs.py", "from datetime import datetime\nmoment = datetime.now()\n"),
    rules.floats_near_money: ("market/orders/domain.py", "def half(price_minor: int): return price_minor / 2\n"),
    rules.transactions_elsewhere: ("market/orders/commands.py", "from django.db import transaction\n"),
    rules.unlimited_lists: ("market/orders/queries.py", "def orders_of(person) -> Page[Order]: ...\n"),
    rules.undescribed_sql: ("market/orders/sql/hold.sql", "SELECT 1\n"),
    sql_rules.strangers_tables: ("market/orders/sql/hold.sql", "UPDATE inventory_stock SET held = 0\n"),
    rules.filled_inits: ("market/orders/__init__.py", "import anxin\n"),
}


@pytest.mark.parametrize("rule", SEEDED, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Callable[[Path], list[str]]) -> None:
    assert rule(SOURCE) == []


@pytest.mark.parametrize("rule", SEEDED, ids=lambda rule: rule.__name__)
def test_the_rule_sees_a_violation(rule: Callable[[Path], list[str]], tmp_path: Path) -> None:
    name, text = SEEDED[rule]
    assert rule(_tree(tmp_path, name, text)) != []


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (rules.clock_reads, "market/orders/commands.py", "from django.utils import timezone\ntimezone.now()\n"),
        (rules.clock_reads, "market/orders/commands/place.py", "from anxin.infra.clock import now\n"),
        (rules.clock_reads, "market/orders/queries.py", "from anxin.infra import clock\n"),
        (rules.clock_reads, "market/orders/store.py", "import datetime\ndatetime.datetime.now()\n"),
        (rules.clock_reads, "faces/storefront/home.py", "from django.utils import timezone\ntimezone.localdate()\n"),
        (rules.clock_reads, "faces/api/orders.py", "import time\ntime.time()\n"),
        (rules.floats_near_money, "market/orders/domain.py", "fee = self.price_minor * 0.05\n"),
        (rules.floats_near_money, "market/orders/domain.py", "fee = float(line.fee_rate_bps)\n"),
        (rules.floats_near_money, "market/orders/domain.py", "class Line:\n    price_minor: float\n"),
        (rules.floats_near_money, "market/orders/models.py", "price_minor = models.FloatField()\n"),
        (sql_rules.strangers_tables, "market/people/sql/terms.sql", "SELECT 1 FROM shops_public_terms\n"),
        (sql_rules.strangers_tables, "market/shops/migrations/0002_view.py", "VIEW = 'select 1 from people_person'\n"),
        (sql_rules.strangers_tables, "faces/api/sql/gate.sql", "SELECT 1 JOIN people_accesstoken\n"),
        (rules.transactions_elsewhere, "market/orders/jobs.py", "from django.db.transaction import atomic\n"),
    ],
)
def test_the_rule_sees_other_forms(rule: Callable[[Path], list[str]], name: str, text: str, tmp_path: Path) -> None:
    assert rule(_tree(tmp_path, name, text)) != []


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (rules.clock_reads, "infra/clock.py", "from datetime import datetime\nmoment = datetime.now()\n"),
        (rules.clock_reads, "market/orders/jobs.py", "from anxin.infra.clock import now\n"),
        (rules.clock_reads, "ui/formats.py", "shown = timezone.localtime(value)\n"),
        (rules.floats_near_money, "market/orders/domain.py", "parts = price_minor * 3 // 7\nratio = clicks / views\n"),
        (rules.wide_functions, "market/orders/store.py", "def fine(self, a, b, c, d, e, f, *, now): ...\n"),
        (sql_rules.strangers_tables, "market/orders/sql/a.sql", "SELECT 1 FROM orders_order JOIN shops_public_terms\n"),
        (rules.transactions_elsewhere, "infra/tx.py", "from django.db import transaction\ntransaction.atomic()\n"),
    ],
)
def test_the_rule_lets_the_right_way_pass(
    rule: Callable[[Path], list[str]], name: str, text: str, tmp_path: Path
) -> None:
    assert rule(_tree(tmp_path, name, text)) == []


def _tree(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return root
