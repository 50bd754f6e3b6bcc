"""The accounts that a demo market is tried out with. Production has none of them: they exist only in a demo market."""

from dataclasses import dataclass

BUYER_LOGIN = "buyer@demo.anxin.example"
CREATOR_LOGIN = "creator@demo.anxin.example"
PASSWORD = "anxin-demo-2026"  # noqa: S105 - printed at every start of a demo


@dataclass(frozen=True)
class DemoAccount:
    """Who one can be in the demo, and the page that this person works on."""

    role: str
    login: str
    page: str
    password: str = PASSWORD


DEMO_ACCOUNTS = (
    DemoAccount("buyer", BUYER_LOGIN, "/"),
    DemoAccount("creator", CREATOR_LOGIN, "/studio/posts"),
    DemoAccount("shop owner", "owner@demo.anxin.example", "/studio/"),
    DemoAccount("shop manager", "manager@demo.anxin.example", "/studio/"),
    DemoAccount("shop service agent", "agent@demo.anxin.example", "/studio/"),
    DemoAccount("shop finance", "cashier@demo.anxin.example", "/studio/"),
    DemoAccount("platform reviewer", "reviewer@demo.anxin.example", "/desk/"),
    DemoAccount("arbitrator", "arbitrator@demo.anxin.example", "/desk/"),
    DemoAccount("inspector", "inspector@demo.anxin.example", "/desk/"),
    DemoAccount("platform finance", "finance@demo.anxin.example", "/desk/"),
    DemoAccount("administrator", "admin@demo.anxin.example", "/desk/"),
)
