"""The life of an application to open a shop (入驻申请)."""

from enum import StrEnum

from anxin.kernel.states import StateTable


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    MORE_ASKED = "more_asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


S = ApplicationState

LIFE = StateTable(
    aggregate="application",
    initial=S.DRAFT,
    steps={
        (S.DRAFT, "submit"): S.SUBMITTED,
        (S.DRAFT, "withdraw"): S.WITHDRAWN,
        (S.SUBMITTED, "ask_more"): S.MORE_ASKED,
        (S.SUBMITTED, "approve"): S.APPROVED,
        (S.SUBMITTED, "refuse"): S.REFUSED,
        (S.SUBMITTED, "withdraw"): S.WITHDRAWN,
        (S.MORE_ASKED, "submit"): S.SUBMITTED,
        (S.MORE_ASKED, "withdraw"): S.WITHDRAWN,
        (S.REFUSED, "submit"): S.SUBMITTED,
        (S.REFUSED, "withdraw"): S.WITHDRAWN,
    },
)

# The applicant may change the document only while the platform is not reading it.
EDITABLE = (S.DRAFT, S.MORE_ASKED, S.REFUSED)
