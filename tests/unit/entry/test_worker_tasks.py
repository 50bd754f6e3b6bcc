"""The worker knows every task that is deferred: one that it does not know fails without a word to anybody."""

import re
import subprocess
import sys
from pathlib import Path

import anxin

ASKED = """
from anxin.entry.session import start_django
start_django()
from anxin.entry.commands.serve import know_tasks
know_tasks()
from procrastinate.contrib.django.procrastinate_app import current_app
print(*current_app.tasks)
"""
DECLARED = re.compile(r'^@(?:task\(|app\.task\(name=)"([a-z_.]+)"', re.MULTILINE)


def test_the_worker_knows_every_task():
    code = Path(anxin.__file__).parent
    declared = {name for file in code.rglob("*.py") for name in DECLARED.findall(file.read_text())}
    assert {"world.audience", "world.films", "content.prepare_video"} <= declared
    known = subprocess.run([sys.executable, "-c", ASKED], check=True, capture_output=True, text=True).stdout.split()
    assert declared - set(known) == set()
