"""Filters that call accounts and journals by the names people use."""

from django import template

from anxin.ui.money_words import JOURNALS, OWNERS, PURPOSES, STATES

register = template.Library()


@register.filter
def owner_name(owner_kind: str) -> str:
    """Say whose an account is."""
    return str(OWNERS.get(owner_kind, owner_kind))


@register.filter
def purpose_name(purpose: str) -> str:
    """Say what an account is for."""
    return str(PURPOSES.get(purpose, purpose))


@register.filter
def journal_name(kind: str) -> str:
    """Say what a journal tells."""
    return str(JOURNALS.get(kind, kind))


@register.filter
def money_state(state: str) -> str:
    """Say the state of a payment, refund or settlement, or what became of a message."""
    return str(STATES.get(state, state))
