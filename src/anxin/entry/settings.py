"""Django's settings. What a person may change is in infra/config.py; this file only composes."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from anxin.infra.config import config
from anxin.infra.database import database_url, django_database
from anxin.infra.secrets import secret

CONFIG = config()
UI = Path(__file__).resolve().parent.parent / "ui"

SECRET_KEY = secret(CONFIG.home_path, "django.key")
DEBUG = False
ALLOWED_HOSTS = ["*"] if CONFIG.is_sandbox else [CONFIG.public_url.split("//")[-1].split(":")[0].strip("/")]
CSRF_TRUSTED_ORIGINS = [CONFIG.public_url.rstrip("/")] if CONFIG.public_url else []

MARKET = (
    "ledger",
    "people",
    "shops",
    "catalog",
    "inventory",
    "creators",
    "content",
    "shipping",
    "payments",
    "orders",
    "settlement",
    "guarantee",
    "service",
    "interest",
)

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "anxin.infra.apps.InfraConfig",
    *(f"anxin.market.{module}" for module in MARKET),
    "anxin.faces.api",
    "anxin.ui",
]

MIDDLEWARE = [
    f"anxin.entry.middleware.{name}"
    for name in (
        "Timing",
        "Security",
        "ContentSecurity",
        "Sessions",
        "Locale",
        "Common",
        "Csrf",
        "Authentication",
        "Messages",
        "Clickjacking",
        "UserSessions",
        "Zone",
        "Preferences",
        "PageErrors",
    )
] + ["allauth.account.middleware.AccountMiddleware"]  # allauth insists on this very name

ROOT_URLCONF = "anxin.entry.urls"
WSGI_APPLICATION = "anxin.entry.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [UI / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "anxin.faces.pages.reader",
                "anxin.ui.viewer.viewer",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "anxin.ui.templatetags.formats",
                "anxin.ui.templatetags.parts",
                "anxin.ui.templatetags.voice",
            ],
        },
    }
]

DATABASES = {"default": django_database(database_url(CONFIG))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
PASSWORD_HASHERS = ["anxin.market.people.passwords.Argon2id"]
AUTHENTICATION_BACKENDS = ["anxin.market.people.backend.PeopleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
CACHES = {  # login limits must count over every web process
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "people_cache"}
}

ACCOUNT_ADAPTER = "anxin.faces.storefront.signin.Adapter"
ACCOUNT_FORMS = {
    "signup": "anxin.faces.storefront.signin_forms.SignUp",
    "login": "anxin.faces.storefront.signin_forms.LogIn",
    "change_password": "anxin.faces.storefront.signin_forms.NewPassword",
    "request_login_code": "anxin.faces.storefront.signin_forms.LoginCode",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1*"]  # the sign-up form takes either
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = ACCOUNT_EMAIL_NOTIFICATIONS = ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
MFA_ADAPTER = "anxin.faces.storefront.signin.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Anxin"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = CONFIG.is_sandbox  # browsers count http://localhost as secure

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [UI / "built" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.home_path / "static"
STATICFILES_DIRS = [UI / "static"]
MEDIA_URL = CONFIG.media_url
MEDIA_ROOT = CONFIG.home_path / "media"
if CONFIG.media_store:
    objects = {"store": CONFIG.media_store, "base_url": CONFIG.media_url}
    STORAGES = {
        "default": {"BACKEND": "anxin.infra.object_storage.ObjectStorage", "OPTIONS": objects},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
_MEDIA = urlsplit(MEDIA_URL)
MEDIA_SOURCES = [SELF, f"{_MEDIA.scheme}://{_MEDIA.netloc}"] if _MEDIA.netloc else [SELF]
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.public_url.startswith("https://")
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [*MEDIA_SOURCES, "data:", "blob:"],
        "media-src": [*MEDIA_SOURCES, "blob:"],
        "connect-src": MEDIA_SOURCES,
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": CONFIG.log_level},
    "loggers": {"procrastinate": {"level": "WARNING"}},  # it tells of every start and end of every task
}
