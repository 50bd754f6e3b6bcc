"""Make the dump of a small demo market of an earlier version; README.md says how. Runs in a checkout of that version.

Usage: make.py FILE
"""

import lzma
import os
import subprocess
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "anxin.entry.settings"
PRODUCTS, CHECKOUTS = 45, 110


def main() -> None:
    """Fill a market, let money fail in it, and write its dump."""
    from anxin.entry.prepare import prepare_market
    from anxin.entry.session import running_database, start_django
    from anxin.infra.config import config
    from anxin.infra.database import database_url
    from anxin.infra.postgres.binaries import program

    with running_database():
        start_django()
        from anxin.world import goods, trade

        goods.PRODUCTS, trade.CHECKOUTS = PRODUCTS, CHECKOUTS
        prepare_market(empty=False)
        let_money_fail()
        dump = ["pg_dump", "--format=custom", "--compress=none", "--no-owner", f"--dbname={database_url(config())}"]
        done = subprocess.run([str(program(dump[0])), *dump[1:]], capture_output=True, check=True)
    Path(sys.argv[1]).write_bytes(lzma.compress(done.stdout, preset=9 | lzma.PRESET_EXTREME))


def let_money_fail() -> None:
    """The provider cannot pay back one claim: its money is to be tried again when the market is dumped."""
    from anxin.infra.clock import now
    from anxin.infra.worker import drain
    from anxin.market.guarantee.commands.claim_answers import Answer, agree
    from anxin.market.guarantee.models import Claim
    from anxin.market.payments.commands.sandbox import Fault, Operation, tell

    asked = Claim.objects.filter(state="applied", terms__return_needed=False).earliest("id")
    tell(Operation.REFUND, Fault.FAIL_LATER, now=now())
    agree(asked.id, Answer(asked.shop_id, None, "同意退款"), now=now())
    drain(now())


if __name__ == "__main__":
    main()
