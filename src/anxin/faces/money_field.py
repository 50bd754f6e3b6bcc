"""A form field for an amount in yuan, cleaned to fen exactly."""

from typing import Any

from django import forms

from anxin.faces.pages import message_of
from anxin.kernel.money import BadMoney, parse_money

LENGTH_MAX = 20


class MoneyField(forms.CharField):
    """An amount as people type it; `initial` and the cleaned value are minor units, None where nothing was typed."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", LENGTH_MAX)
        super().__init__(**options)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        """Show minor units as yuan."""
        return f"{value // 100}.{value % 100:02d}" if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """Return minor units."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_money(text)
        except BadMoney as error:
            raise forms.ValidationError(message_of(error)) from error
