"""The address book: at most ADDRESSES_MAX addresses, one of them the default."""

from dataclasses import dataclass
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.people import regions, store
from anxin.market.people.errors import BadAddressText, TooManyAddresses, UnknownAddress, UnknownRegion
from anxin.market.people.models import Address
from anxin.market.people.phones import normal_phone

ADDRESSES_MAX = 20
NAME_LENGTHS = (1, 40)
DETAIL_LENGTHS = (4, 120)


@dataclass(frozen=True)
class NewAddress:
    """An address as somebody writes it; `region` is a six-digit district code."""

    name: str
    phone: str
    region: str
    detail: str
    is_default: bool = False

    def checked(self) -> "NewAddress":
        """Return it with texts trimmed and the phone as E.164. Raises BadAddressText, BadPhone, UnknownRegion."""
        if regions.district(self.region) is None:
            raise UnknownRegion(self.region)
        return NewAddress(
            _text("name", self.name, NAME_LENGTHS),
            normal_phone(self.phone),
            self.region,
            _text("detail", self.detail, DETAIL_LENGTHS),
            self.is_default,
        )


@transactional
def add_address(person_id: UUID, wanted: NewAddress, *, now: Instant) -> UUID:
    """Write an address into the book and return its id; the first one becomes the default. Raises TooManyAddresses."""
    checked = wanted.checked()
    person = store.locked_person(person_id)
    book = Address.objects.filter(person=person)
    count = book.count()
    if count >= ADDRESSES_MAX:
        raise TooManyAddresses(ADDRESSES_MAX)
    is_default = checked.is_default or count == 0
    if is_default:
        book.update(is_default=False)
    row = Address.objects.create(
        person=person,
        name=checked.name,
        phone=checked.phone,
        region=checked.region,
        detail=checked.detail,
        is_default=is_default,
        created_at=now,
    )
    return row.pk


@transactional
def change_address(person_id: UUID, address_id: UUID, wanted: NewAddress, *, now: Instant) -> None:  # noqa: ARG001
    """Rewrite an address; orders already placed keep what they froze. Raises UnknownAddress."""
    checked = wanted.checked()
    row = _own(person_id, address_id)
    row.name, row.phone, row.region, row.detail = checked.name, checked.phone, checked.region, checked.detail
    row.save(update_fields=["name", "phone", "region", "detail"])
    if checked.is_default:
        _make_default(row)


@transactional
def make_default_address(person_id: UUID, address_id: UUID, *, now: Instant) -> None:  # noqa: ARG001
    """Let checkouts begin with this address. Raises UnknownAddress."""
    _make_default(_own(person_id, address_id))


@transactional
def remove_address(person_id: UUID, address_id: UUID, *, now: Instant) -> None:  # noqa: ARG001
    """Remove an address; where it was the default, the newest that is left takes its place. Raises UnknownAddress."""
    row = _own(person_id, address_id)
    row.delete()
    following = Address.objects.filter(person_id=person_id).order_by("-created_at").first()
    if row.is_default and following is not None:
        _make_default(following)


def _own(person_id: UUID, address_id: UUID) -> Address:
    store.locked_person(person_id)
    row = Address.objects.filter(pk=address_id, person_id=person_id).first()
    if row is None:
        raise UnknownAddress
    return row


def _make_default(row: Address) -> None:
    Address.objects.filter(person_id=row.person_id, is_default=True).exclude(pk=row.pk).update(is_default=False)
    Address.objects.filter(pk=row.pk).update(is_default=True)


def _text(field: str, value: str, lengths: tuple[int, int]) -> str:
    text = " ".join(value.split())
    shortest, longest = lengths
    if not shortest <= len(text) <= longest:
        raise BadAddressText(field, shortest, longest)
    return text
