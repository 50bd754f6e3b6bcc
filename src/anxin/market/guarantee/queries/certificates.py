"""What others may ask about certificates."""

from uuid import UUID

from anxin.market.guarantee.domain.certificate import Certificate, Entry, Reason, verifies
from anxin.market.guarantee.errors.promises import UnknownCertificate
from anxin.market.guarantee.store.certificates import certificates_where

__all__ = [
    "Certificate",
    "Entry",
    "Reason",
    "certificate_by_hash",
    "certificate_of_line",
    "certificates_of_order",
    "verifies",
]

HASH_LENGTH = 64


def certificates_of_order(order_id: UUID) -> tuple[Certificate, ...]:
    """Return the certificates of an order's lines, in the order of the lines; none before it is paid."""
    return tuple(certificates_where(order_id=order_id).values())


def certificate_of_line(line_id: UUID) -> Certificate:
    """Return the certificate of a line. Raises UnknownCertificate."""
    return _only(certificates_where(line_id=line_id))


def certificate_by_hash(text: str) -> Certificate:
    """Return the certificate with this hash. Raises UnknownCertificate."""
    if len(text) != HASH_LENGTH:
        raise UnknownCertificate
    return _only(certificates_where(hash=text.lower()))


def _only(found: dict[UUID, Certificate]) -> Certificate:
    for certificate in found.values():
        return certificate
    raise UnknownCertificate
