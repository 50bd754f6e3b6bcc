"""What a shop says about promises: switched on or off, and the nature of its goods; never about orders placed before."""

from dataclasses import dataclass
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.catalog import queries as catalog
from anxin.market.guarantee import book
from anxin.market.guarantee.domain.certificate import may_declare
from anxin.market.guarantee.domain.promises import Binding, Version
from anxin.market.guarantee.errors.promises import MayNotDeclare, NotOptional, UnknownPromise
from anxin.market.guarantee.models import OptIn

__all__ = ["Declaration", "Switch", "declare_nature", "set_opt_in"]


@dataclass(frozen=True)
class Switch:
    """A promise switched on or off, for one product or for all goods of the shop."""

    shop_id: UUID
    promise: str
    is_on: bool
    product_id: UUID | None = None


@dataclass(frozen=True)
class Declaration:
    """That a product is of a nature (`mark`), or is not; buyers then confirm it at each purchase."""

    shop_id: UUID
    product_id: UUID
    promise: str
    mark: str
    is_on: bool


@transactional
def set_opt_in(switch: Switch, *, by: UUID, now: Instant) -> None:
    """Switch a promise for orders placed from now on. Raises UnknownPromise, NotOptional, ProductNotFound."""
    version = _version(switch.promise, now)
    if switch.product_id is not None:
        catalog.product_of_shop(switch.shop_id, switch.product_id, now=now)
    if version.binding is Binding.MANDATORY:
        raise NotOptional(switch.promise)
    _say(switch.shop_id, switch.product_id, switch.promise, "", is_on=switch.is_on, by=by, now=now)


@transactional
def declare_nature(said: Declaration, *, by: UUID, now: Instant) -> None:
    """Declare the nature of a product for orders placed from now on. Raises UnknownPromise, MayNotDeclare, ProductNotFound."""
    version = _version(said.promise, now)
    category = catalog.product_of_shop(said.shop_id, said.product_id, now=now).category
    conditional = next((one for one in version.conditionals if one.mark == said.mark), None)
    flags = frozenset(flag.value for flag in category.terms.flags)
    if conditional is None or not may_declare(conditional, category.code, flags):
        raise MayNotDeclare(said.mark)
    _say(said.shop_id, said.product_id, said.promise, said.mark, is_on=said.is_on, by=by, now=now)


def _say(
    shop_id: UUID, product_id: UUID | None, promise: str, mark: str, *, is_on: bool, by: UUID, now: Instant
) -> None:
    OptIn.objects.create(
        shop_id=shop_id, product_id=product_id, promise=promise, mark=mark, is_on=is_on, since=now, set_by=by
    )


def _version(promise: str, now: Instant) -> Version:
    found = book.registry().promise(promise)
    version = found.version_at(book.profile(), now) if found else None
    if version is None:
        raise UnknownPromise(promise)
    return version
