"""Lives of a learner, each a process of its own that dies where it is told to: a line of standard input is a life.

A line is a deed and a word: `open X` and `name X` kill it (SIGKILL) as it opens or names the first file whose name has X in it,
`half X` ends it when 500 bytes of that file were written, `after S` kills it S seconds after its birth. What became of each is
printed: the exit code, negative for a signal.
"""

import os
import resource
import signal
import sys
import time
from typing import Any

CUT_BYTES = 500
SECONDS_MAX = 600  # a life that never gets where it should die
HASTE = 200  # a minute between two snapshots is a third of a second here


def _hasty() -> float:
    return time.monotonic() * HASTE


def _dies(deed: str, word: str) -> None:
    """Let this process die at a file operation of its learner."""

    def watch(event: str, facts: tuple[Any, ...]) -> None:
        if event == "open" and word in str(facts[0]) and ".making" in str(facts[0]):
            if deed == "open":
                os.kill(os.getpid(), signal.SIGKILL)
            if deed == "half":
                signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
                resource.setrlimit(resource.RLIMIT_FSIZE, (CUT_BYTES, CUT_BYTES))
        if event == "os.rename" and deed == "name" and word in str(facts[0]):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def _live(deed: str, word: str) -> None:
    from anxin.market.interest.brain.learner import Learner

    signal.alarm(SECONDS_MAX)
    if deed != "after":
        _dies(deed, word)
    Learner(seconds=_hasty).run()


def _say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main() -> None:
    """Import and compile everything once, then be the parent of each life."""
    import django

    django.setup()
    from anxin.market.interest.brain.learner import Learner
    from anxin.market.interest.brain.warming import warm

    warm()
    assert Learner
    _say("ready")
    for line in sys.stdin:
        deed, word = line.split()
        child = os.fork()
        if child == 0:
            _live(deed, word)
            os._exit(0)
        if deed == "after":
            time.sleep(float(word))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        _say(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
