"""The house rules that no linter knows, as functions from a source tree to a list of violations."""

import ast
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500
PARAMETERS_MAX = 6

CLOCK_READS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "time.time", "time.time_ns",
}  # fmt: skip
CLOCK_READS_WITHOUT_ARGUMENT = {"timezone.localdate", "timezone.localtime"}  # with one they convert
CLOCK_HOMES = {"infra/clock.py", "kernel/ids.py"}  # the edge, and the time part of UUIDv7
TRANSACTION_HOME = "infra/tx.py"
MONEY_NAME_ENDS = ("_minor", "_bps")
PURE_PARTS = {"commands", "queries", "store", "domain", "events", "errors"}  # `now` is an argument here
FLOAT_FIELDS = {"FloatField", "DecimalField"}


def sources(root: Path) -> Iterator[tuple[str, str]]:
    """Yield (path below `root`, text) of every Python file that a person wrote."""
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if "/migrations/" not in name and "node_modules" not in name:
            yield name, path.read_text()


def functions(root: Path) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield (path:name, node) of every function and method."""
    for name, text in sources(root):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name}:{node.name}", node


def long_functions(root: Path) -> list[str]:
    """Functions of more than FUNCTION_LINES_MAX lines."""
    return [where for where, node in functions(root) if _lines(node) > FUNCTION_LINES_MAX]


def long_files(root: Path) -> list[str]:
    """Files of more than FILE_LINES_MAX lines."""
    return [name for name, text in sources(root) if text.count("\n") > FILE_LINES_MAX]


def wide_functions(root: Path) -> list[str]:
    """Functions of more than PARAMETERS_MAX parameters; self and the ever-present `now` do not count."""
    return [where for where, node in functions(root) if len(_parameters(node)) > PARAMETERS_MAX]


def places(root: Path, is_wrong: Callable[[str, ast.AST], bool]) -> list[str]:
    """Return `path:line` of every syntax node that `is_wrong(path, node)` dislikes."""
    return [
        f"{name}:{getattr(node, 'lineno', 0)}"
        for name, text in sources(root)
        for node in ast.walk(ast.parse(text))
        if is_wrong(name, node)
    ]


def clock_reads(root: Path) -> list[str]:
    """Reads of the wall clock outside CLOCK_HOMES, and the edge's clock imported where `now` must be an argument."""
    return places(root, _reads_clock_wrongly)


def floats_near_money(root: Path) -> list[str]:
    """Expressions that turn an amount or rate into a float, and model fields that could."""
    return places(root, lambda _, node: _divides_money(node) or _floats_money(node) or _declares_float_money(node))


def transactions_elsewhere(root: Path) -> list[str]:
    """Transactions opened anywhere but in TRANSACTION_HOME."""
    return places(root, lambda name, node: name != TRANSACTION_HOME and _opens_transaction(node))


def unlimited_lists(root: Path) -> list[str]:
    """Queries that return a Page but take no `limit`."""
    found = []
    for where, node in functions(root):
        in_queries = "queries" in _parts(where.partition(":")[0])
        returns_page = node.returns is not None and ast.unparse(node.returns).startswith("Page[")
        if in_queries and returns_page and "limit" not in _parameters(node) and not node.name.startswith("_"):
            found.append(where)
    return found


def undescribed_sql(root: Path) -> list[str]:
    """Named SQL statements that do not open with a sentence in a comment."""
    return [
        path.relative_to(root).as_posix()
        for path in sorted(root.rglob("sql/*.sql"))
        if not _opening_comment(path.read_text()).endswith((".", "?", "!", ":", ".)"))
    ]


def filled_inits(root: Path) -> list[str]:
    """Market modules whose `__init__.py` is not empty; importing there breaks Django's loading of apps."""
    return [
        path.relative_to(root).as_posix()
        for path in sorted(root.glob("market/*/__init__.py"))
        if path.read_text().strip()
    ]


def _opening_comment(statement: str) -> str:
    return " ".join(takewhile(lambda line: line.startswith("-- "), statement.splitlines())).rstrip()


def _parts(name: str) -> set[str]:
    return {part.removesuffix(".py") for part in name.split("/")} if name.startswith("market/") else set()


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return [parameter.arg for parameter in every if parameter.arg not in {"self", "cls", "now"}]


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _reads_clock_wrongly(name: str, node: ast.AST) -> bool:
    if name in CLOCK_HOMES:
        return False
    return _reads_clock(node) or (_imports_clock(node) and not PURE_PARTS.isdisjoint(_parts(name)))


def _reads_clock(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = ".".join(_dotted(node.func).split(".")[-2:])
    return called in CLOCK_READS or (called in CLOCK_READS_WITHOUT_ARGUMENT and not node.args)


def _imports_clock(node: ast.AST) -> bool:
    if not isinstance(node, ast.ImportFrom):
        return False
    return node.module == "anxin.infra.clock" or (
        node.module == "anxin.infra" and any(alias.name == "clock" for alias in node.names)
    )


def _opens_transaction(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        brought = {alias.name for alias in node.names}
        return node.module == "django.db.transaction" or (node.module == "django.db" and "transaction" in brought)
    return isinstance(node, ast.Attribute) and _dotted(node) in {"transaction.atomic", "connection.set_autocommit"}


def _is_money(node: ast.AST) -> bool:
    names = (_dotted(part) for part in ast.walk(node) if isinstance(part, ast.Name | ast.Attribute))
    return any(name.endswith(MONEY_NAME_ENDS) for name in names)


def _divides_money(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _is_money(node)


def _floats_money(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        sides = (node.left, node.right)
        return _is_money(node) and any(
            isinstance(side, ast.Constant) and isinstance(side.value, float) for side in sides
        )
    return isinstance(node, ast.Call) and _dotted(node.func) == "float" and any(_is_money(part) for part in node.args)


def _declares_float_money(node: ast.AST) -> bool:
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if not any(_dotted(target).endswith(MONEY_NAME_ENDS) for target in targets):
        return False
    if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation).startswith(("float", "Decimal")):
        return True
    return isinstance(node.value, ast.Call) and _dotted(node.value.func).rpartition(".")[2] in FLOAT_FIELDS
