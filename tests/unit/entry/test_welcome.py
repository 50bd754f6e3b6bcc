"""What `anxin up` says at its start fits a terminal of 80 columns."""

import io

from rich.console import Console

from anxin.entry.up import accounts_table
from anxin.world.accounts import DEMO_ACCOUNTS


def test_logins_and_passwords_can_be_copied_from_a_narrow_terminal():
    written = Console(file=io.StringIO(), width=80)
    written.print(accounts_table())
    text = written.file.getvalue()
    lines = text.splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 80
    for account in DEMO_ACCOUNTS:
        assert any(account.login in line and account.password in line and account.page in line for line in lines)
        assert account.role.split()[-1] in text
