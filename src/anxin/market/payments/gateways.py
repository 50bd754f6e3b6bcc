"""Which provider this installation uses: the one place that knows."""

from anxin.infra.config import config
from anxin.market.payments.errors import GatewayUnavailable
from anxin.market.payments.gateway import PaymentGateway
from anxin.market.payments.sandbox.gateway import SandboxGateway


def provider() -> PaymentGateway:
    """Return the provider that takes new payments. Raises GatewayUnavailable where none is configured."""
    if not config().is_sandbox:
        raise GatewayUnavailable
    return SandboxGateway()
