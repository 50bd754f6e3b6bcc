"""Types of request and response bodies: strict objects, prefixed ids, money, pages."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from django.http import HttpResponse
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError, to_json

from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.kernel.money import MAX_MINOR
from anxin.kernel.page import DEFAULT_LIMIT, MAX_LIMIT, Page

NUMBER = re.compile(r"\s*[+-]?[\d._]+([eE][+-]?\d+)?\s*")

T = TypeVar("T")
Item = TypeVar("Item", bound=BaseModel)


class Body(BaseModel):
    """The body of a request: a field that is not listed is an error, and so is a value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


class Answer(BaseModel):
    """The body of a response, made from a dictionary, a dataclass or field by field."""

    model_config = ConfigDict(from_attributes=True)


def reply(answer: Answer, status: int = 200) -> HttpResponse:
    """Return an answer as it is, past ninja's second validation of it: for the busiest operations."""
    return HttpResponse(to_json(answer), status=status, content_type="application/json")


def _prefixed(prefix: str) -> Any:
    """Return the type of an id that is a UUID inside and `prefix_…` outside."""

    def read(value: object) -> UUID:
        if isinstance(value, UUID):
            return value
        try:
            return parse_public_id(prefix, value if isinstance(value, str) else "")
        except AnxinError as error:
            raise PydanticCustomError(
                "identifier", "Not an identifier that begins with {prefix}_", {"prefix": prefix}
            ) from error

    schema = {
        "type": "string",
        "pattern": f"^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$",
        "examples": [public_id(prefix, UUID(int=0x018F_0000_0000_7000_8000_0000_0000_0001))],
    }
    write = PlainSerializer(lambda value: public_id(prefix, value), return_type=str)
    return Annotated[UUID, BeforeValidator(read), write, WithJsonSchema(schema)]


def read_any(prefixes: Iterable[str], value: object) -> tuple[str, UUID]:
    """Return (prefix, id) of an outside id with one of some prefixes, for types that hold several kinds of things."""
    known = tuple(prefixes)
    prefix = value.partition("_")[0] if isinstance(value, str) else ""
    try:
        if prefix in known:
            return prefix, parse_public_id(prefix, str(value))
    except AnxinError:
        pass
    facts = {"prefixes": ", ".join(f"{one}_" for one in known)}
    raise PydanticCustomError("identifier_of", "Not an identifier that begins with one of {prefixes}", facts)


def any_of_schema(prefixes: Iterable[str], description: str) -> WithJsonSchema:
    """Describe an outside id with one of some prefixes."""
    pattern = f"^({'|'.join(prefixes)})_[0-7][0-9a-hjkmnp-tv-z]{{25}}$"
    return WithJsonSchema({"type": "string", "pattern": pattern, "description": description})


CONTENT_PREFIXES = ("vid", "nte")
ContentRef = Annotated[
    UUID,
    BeforeValidator(lambda value: read_any(CONTENT_PREFIXES, value)[1]),
    any_of_schema(CONTENT_PREFIXES, "A video or note."),
]

AddressId = _prefixed("adr")
ApplicationId = _prefixed("app")
BankAccountId = _prefixed("bnk")
CategoryId = _prefixed("cat")
CheckoutId = _prefixed("chk")
ClaimId = _prefixed("clm")
CommentId = _prefixed("cmt")
CompensationId = _prefixed("cmp")
ComplaintId = _prefixed("cpl")
ConversationId = _prefixed("cnv")
CreatorId = _prefixed("crt")
DepositPaymentId = _prefixed("dep")
DisputeId = _prefixed("dsp")
EvidenceId = _prefixed("evd")
FreightClaimId = _prefixed("frc")
FreightTemplateId = _prefixed("frt")
ImportId = _prefixed("imp")
InvitationId = _prefixed("inv")
JournalId = _prefixed("jnl")
LineId = _prefixed("lin")
LinkId = _prefixed("lnk")
MediaId = _prefixed("med")
MessageId = _prefixed("msg")
OrderId = _prefixed("ord")
ParcelId = _prefixed("par")
PaymentId = _prefixed("pay")
PayoutId = _prefixed("pot")
PersonId = _prefixed("per")
PolicyId = _prefixed("pol")
ProductId = _prefixed("prd")
QualificationId = _prefixed("qua")
RefundId = _prefixed("ref")
RequestId = _prefixed("req")
ReviewId = _prefixed("rvw")
ShopId = _prefixed("shop")
SkuId = _prefixed("sku")
StatementId = _prefixed("stm")
TemplateId = _prefixed("tpl")
TokenId = _prefixed("tok")


def _text_only(value: object) -> object:
    """Refuse a number: pydantic would take it for seconds since 1970."""
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        return value
    raise PydanticCustomError("moment", "Not a date and time of ISO 8601 with its offset")


Moment = Annotated[AwareDatetime, BeforeValidator(_text_only), Field(strict=False)]
CategoryCode = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9-]+$")]
AmountMinor = Annotated[int, Field(ge=0, le=MAX_MINOR, description="An amount in fen (1/100 yuan).")]
Quantity = Annotated[int, Field(ge=1, le=999)]


class PageQuery(BaseModel):
    """Which part of a list is wanted."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="Items a page.")
    cursor: str | None = Field(
        None, max_length=512, pattern=r"^[A-Za-z0-9_=\-]+$", description="`next_cursor` of the page before."
    )


class PageAnswer(Answer, Generic[T]):
    """A part of a list, and where the next part begins."""

    items: list[T]
    next_cursor: str | None = Field(None, description="Give it as `cursor` for the next page; null at the end.")


def page_answer(page: Page[Item]) -> dict[str, Any]:
    """Return a page of answers as the body that PageAnswer documents."""
    return {"items": list(page.items), "next_cursor": page.next_cursor}
