"""What commands say: results on standard output, progress and logs on standard error."""

import json
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

console = Console()
errors = Console(stderr=True, highlight=False)


def print_json(result: dict[str, Any]) -> None:
    """Print one JSON object on standard output."""
    print(json.dumps(result, ensure_ascii=False, default=str))


def progress() -> Progress:
    """Return a progress display on standard error, for steps that take longer than a breath."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
    )
