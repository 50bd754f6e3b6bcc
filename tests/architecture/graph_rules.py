"""Rules about who imports whom that import-linter's contracts cannot say, as functions from the import graph to violations."""

import sys
from pathlib import Path

from grimp import ImportGraph, build_graph

PUBLIC = {"commands", "queries", "events", "errors"}
MARKET = "anxin.market."
KERNEL = "anxin.kernel"

# What a role file of a market module may import of our own, besides its own module's files of the listed roles.
OWN_OF = {
    "domain": {"domain", "errors"},
    "errors": {"domain", "errors"},  # an enumeration of reasons may be a fact
    "events": {"events", "domain"},
    "models": {"domain", "models"},
}


def graph_of(source: Path) -> ImportGraph:
    """Return the import graph of the package `anxin` below `source`."""
    sys.path.insert(0, str(source))
    try:
        return build_graph("anxin", include_external_packages=True, cache_dir=None)
    finally:
        sys.path.remove(str(source))


def private_doors(graph: ImportGraph) -> list[str]:
    """Imports of a market module's private file from outside the module."""
    return [
        f"{importer} -> {imported}"
        for importer, imported in _imports(graph)
        if imported.startswith(MARKET)
        and importer.startswith("anxin.")
        and _module(importer) != _module(imported)
        and _role(imported) not in PUBLIC
    ]


def impure_kernel(graph: ImportGraph) -> list[str]:
    """Imports of the kernel that are neither the standard library nor the kernel."""
    return [
        f"{importer} -> {imported}"
        for importer, imported in _imports(graph)
        if _is_in(importer, KERNEL) and not _is_in(imported, KERNEL) and not _is_standard(imported)
    ]


def wrong_roles(graph: ImportGraph) -> list[str]:
    """Imports of domain, errors, events and models that their role does not allow."""
    return [
        f"{importer} -> {imported}"
        for importer, imported in _imports(graph)
        if importer.startswith(MARKET) and _role(importer) in OWN_OF and not _is_allowed_to(importer, imported)
    ]


def _is_allowed_to(importer: str, imported: str) -> bool:
    role = _role(importer)
    if _is_in(imported, KERNEL) or _is_standard(imported):
        return True
    if imported.startswith(MARKET) and _module(importer) == _module(imported):
        return not OWN_OF[role].isdisjoint(imported.split("."))
    if role == "events":
        return imported == "anxin.infra.outbox"
    return role == "models" and (not imported.startswith("anxin.") or _is_in(imported, "anxin.infra"))


def _imports(graph: ImportGraph) -> list[tuple[str, str]]:
    return [
        (importer, imported)
        for importer in sorted(graph.modules)
        if _is_in(importer, "anxin")
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
    ]


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _module(name: str) -> str:
    """Return the market module that `name` belongs to, or the floor for everything else."""
    return ".".join(name.split(".")[: 3 if name.startswith(MARKET) else 2])


def _role(name: str) -> str:
    parts = name.removeprefix(MARKET).split(".")
    return parts[1] if len(parts) > 1 else ""
