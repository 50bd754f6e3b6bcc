"""What can be done to people: one function, one transaction."""

from anxin.market.people.commands.accounts import (
    NewPerson,
    Preferences,
    before_erasing,
    erase,
    register,
    rename,
    set_active,
    set_preferences,
)
from anxin.market.people.commands.addresses import (
    DETAIL_LENGTHS,
    NAME_LENGTHS,
    NewAddress,
    add_address,
    change_address,
    make_default_address,
    remove_address,
)
from anxin.market.people.commands.audit import record_act
from anxin.market.people.commands.loading import LoadedPerson, load_people
from anxin.market.people.commands.roles import grant_role, revoke_role
from anxin.market.people.commands.tokens import MadeToken, NewToken, make_token, revoke_token
from anxin.market.people.messages import Channel, Message, messenger

__all__ = [
    "DETAIL_LENGTHS",
    "NAME_LENGTHS",
    "Channel",
    "LoadedPerson",
    "MadeToken",
    "Message",
    "NewAddress",
    "NewPerson",
    "NewToken",
    "Preferences",
    "add_address",
    "before_erasing",
    "change_address",
    "erase",
    "grant_role",
    "load_people",
    "make_default_address",
    "make_token",
    "messenger",
    "record_act",
    "register",
    "remove_address",
    "rename",
    "revoke_role",
    "revoke_token",
    "set_active",
    "set_preferences",
]
