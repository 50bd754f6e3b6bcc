"""The web application that Granian serves."""

import os
from collections.abc import Callable
from typing import Any

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from anxin.infra.config import config

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anxin.entry.settings")

application: Callable[..., Any] = wrap_wsgi_with_proxy_headers(get_wsgi_application(), list(config().trusted_proxies))
