"""Mail and text messages to people: the port, a sandbox that keeps them in an inbox page, and SMTP."""

import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from anxin.infra.config import Config
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.people.errors import MessageRefused
from anxin.market.people.models import SandboxMessage

log = logging.getLogger(__name__)

REFUSED_DOMAIN = "@refused.example"
"""The sandbox refuses messages to recipients that end so, as a real provider may."""


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True)
class Message:
    """One message to one recipient."""

    channel: Channel
    recipient: str
    subject: str
    body: str


class Messenger(Protocol):
    """Whoever takes messages to people. Called outside every transaction of ours."""

    def send(self, message: Message, *, now: Instant) -> None:
        """Hand one message over. Raises MessageRefused."""


class SandboxMessenger:
    """Sends nothing: keeps every message for the sandbox inbox, and says so."""

    @transactional
    def send(self, message: Message, *, now: Instant) -> None:
        """Keep one message. Raises MessageRefused for recipients at REFUSED_DOMAIN."""
        if message.recipient.endswith(REFUSED_DOMAIN):
            raise MessageRefused
        log.warning("SANDBOX: %s to %s kept in the inbox, not sent", message.channel, message.recipient)
        SandboxMessage.objects.create(
            channel=message.channel.value,
            recipient=message.recipient,
            subject=message.subject,
            body=message.body,
            sent_at=now,
        )


@dataclass(frozen=True)
class MailMessenger:
    """Sends mail by SMTP with TLS. It knows no provider of text messages and refuses them."""

    host: str
    port: int
    user: str
    password: str
    sender: str

    def send(self, message: Message, *, now: Instant) -> None:  # noqa: ARG002
        """Send one mail. Raises MessageRefused."""
        if message.channel is not Channel.EMAIL:
            raise MessageRefused
        server = EmailBackend(self.host, self.port, self.user, self.password, use_tls=True, timeout=10)
        mail = EmailMessage(message.subject, message.body, self.sender, [message.recipient], connection=server)
        try:
            mail.send()
        except OSError as error:
            log.exception("mail to %s failed", message.recipient)
            raise MessageRefused from error


class NoMessenger:
    """Production without a mail server: refuses every message instead of losing it."""

    def send(self, message: Message, *, now: Instant) -> None:  # noqa: ARG002
        """Raise MessageRefused."""
        log.error("no mail server is set: a message by %s was refused", message.channel)
        raise MessageRefused


def messenger(config: Config) -> Messenger:
    """Return the messenger that the settings ask for."""
    if config.is_sandbox:
        return SandboxMessenger()
    if not config.mail_host:
        return NoMessenger()
    return MailMessenger(config.mail_host, config.mail_port, config.mail_user, config.mail_password, config.mail_sender)
