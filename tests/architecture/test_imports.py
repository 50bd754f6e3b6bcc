"""Who may import whom: the contracts hold, and each of them is shown to catch a violation planted in a copy of the source."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from grimp import ImportGraph

from tests.architecture import graph_rules

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package below `root`/src with the project's contracts."""
    return subprocess.run(
        [LINT_IMPORTS, "--config", ROOT / "pyproject.toml", "--no-cache"],
        cwd=root / "src",
        env={"PYTHONPATH": str(root / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def planted(target: Path, name: str, text: str) -> Path:
    """Copy the source to `target` and add `text` to the file `name` of it."""
    ignored = shutil.ignore_patterns("node_modules", "static", "built", "data", "*.po", "*.html", "__pycache__")
    shutil.copytree(ROOT / "src" / "anxin", target / "src" / "anxin", ignore=ignored)
    path = target / "src" / "anxin" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + "\n" + text + "\n")
    return target


def test_every_import_contract_is_kept() -> None:
    finished = lint(ROOT)
    assert finished.returncode == 0, finished.stdout


@pytest.mark.parametrize(
    ("contract", "name", "text"),
    [
        ("The house", "infra/clock.py", "import anxin.market.ledger.models"),
        ("The house", "market/orders/queries.py", "import anxin.faces.access"),
        ("The house", "attic/__init__.py", ""),
        ("The market", "market/people/queries.py", "import anxin.market.shops.models"),
        ("The market", "market/payments/queries.py", "import anxin.market.shipping.errors"),
        ("The market", "market/gifts/__init__.py", ""),
        ("Faces do not know", "faces/api/fields.py", "import anxin.faces.studio.urls"),
        ("The kernel needs", "kernel/money.py", "import django.utils"),
        ("The edge holds", "edge/hub.py", "import anxin.infra.clock"),
        ("The edge holds", "edge/app.py", "import django.conf"),
        ("The edge holds", "edge/server.py", "import psycopg"),
        ("The engine is", "engine/metrics.py", "import django.db"),
        ("The engine is", "engine/fusion.py", "import anxin.infra.clock"),
        ("The house", "market/orders/jobs.py", "import anxin.edge.hub"),
        ("Domains are pure", "market/ledger/domain.py", "import django.db.models"),
        ("Domains are pure", "market/people/domain.py", "import anxin.infra.sql"),
    ],
)
def test_a_planted_import_breaks_its_contract(contract: str, name: str, text: str, tmp_path: Path) -> None:
    finished = lint(planted(tmp_path, name, text))
    assert finished.returncode == 1
    broken = " ".join(line.strip() for line in finished.stdout.splitlines())
    assert any(contract in part for part in broken.split("KEPT") if "BROKEN" in part), finished.stdout


RULES = (graph_rules.private_doors, graph_rules.impure_kernel, graph_rules.wrong_roles)


@pytest.fixture(scope="module")
def house() -> ImportGraph:
    return graph_rules.graph_of(ROOT / "src")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_import_graph_keeps_the_rule(rule: Callable[[ImportGraph], list[str]], house: ImportGraph) -> None:
    assert rule(house) == []


@pytest.mark.parametrize(
    ("rule", "importer", "imported"),
    [
        (graph_rules.private_doors, "anxin.market.orders.commands", "anxin.market.ledger.models"),
        (graph_rules.private_doors, "anxin.faces.api.frame", "anxin.market.people.store"),
        (graph_rules.impure_kernel, "anxin.kernel.money", "pydantic"),
        (graph_rules.impure_kernel, "anxin.kernel.money", "anxin.infra.clock"),
        (graph_rules.wrong_roles, "anxin.market.ledger.domain", "anxin.market.ledger.models"),
        (graph_rules.wrong_roles, "anxin.market.ledger.domain", "django"),
        (graph_rules.wrong_roles, "anxin.market.ledger.errors", "anxin.infra.sql"),
        (graph_rules.wrong_roles, "anxin.market.people.events", "anxin.market.people.models"),
        (graph_rules.wrong_roles, "anxin.market.people.models", "anxin.market.people.commands"),
    ],
)
def test_a_planted_import_breaks_the_rule(
    rule: Callable[[ImportGraph], list[str]], importer: str, imported: str, house: ImportGraph
) -> None:
    graph = ImportGraph()
    for module in (importer, imported):
        graph.add_module(module, is_squashed=not module.startswith("anxin."))
    graph.add_import(importer=importer, imported=imported)
    assert rule(graph) == [f"{importer} -> {imported}"]
