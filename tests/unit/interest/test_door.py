"""Pages start without the numeric engine."""

import subprocess
import sys

CODE = """
import django, sys
django.setup()
import anxin.entry.urls
from anxin.market.interest.brain.door import DOOR
assert DOOR.look() is None and DOOR.reason
print([name for name in ("numba", "scipy", "numpy") if name in sys.modules])
"""


def test_addresses_and_views_load_no_numbers():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("[]"), done.stdout + done.stderr
