"""Values only. Every variable of the environment is in the table of README.md."""

from pathlib import Path

from csp.constants import NONE, SELF

from tourism import __version__, environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = environment.folder("VAR", BASE_DIR / "var")

DEBUG = environment.flag("DEBUG", default=False)
SECRET_KEY = environment.secret(
    "SECRET_KEY", development="development-only-key-never-used-outside-a-developers-machine", debug=DEBUG
)
PUBLIC_ORIGIN = environment.origin("PUBLIC_ORIGIN", development="http://127.0.0.1:8000", debug=DEBUG)
ALLOWED_HOSTS = environment.hosts("ALLOWED_HOSTS", development="127.0.0.1,localhost,[::1]", debug=DEBUG)
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]

# The district: the only place where its name, clock and place are known to the code.
DISTRICT_NAME = environment.text("DISTRICT_NAME", "沈阳市铁西区", pattern=r".*\S.*", expected="a name")
DISTRICT_POSITION = environment.position("DISTRICT_POSITION", "41.80,123.35")
DISTRICT_OUTLINE = environment.outline("DISTRICT_OUTLINE")
MAP_TILES = environment.text(
    "MAP_TILES",
    "",
    pattern=r"(https?://[^/\s]+/\S*\{z\}\S*)?",
    expected="the address of map tiles with {z}, {x} and {y}, or nothing",
    good="https://tiles.example.cn/{z}/{x}/{y}.png",
)
CONTENT_LANGUAGES = environment.language_tags("LANGUAGES", "zh-Hans,zh-Hant,en,de")
REVIEWS_REQUIRED = environment.number("REVIEWS_REQUIRED", 1)

USE_TZ = True
TIME_ZONE = environment.time_zone("TIME_ZONE", "Asia/Shanghai")
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]

INSTALLED_APPS = [
    "tourism",
    "discovery",
    "events.league",
    "events.race",
    "events",
    "venues",
    "media",
    "organizers",
    "core",
    "core.admin_app.TourismAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "csp",
    "axes",
    "django_tasks",
    "huey.contrib.djhuey",
    "knox",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.AdminLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "tourism.urls"
WSGI_APPLICATION = "tourism.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": environment.database("DATABASE_URL", environment.sqlite_url(VAR / "tourism.sqlite3"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": environment.cache("CACHE_URL", "locmemcache://")}

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = environment.number("LOGIN_FAILURES", 8, least=1)
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "core.admin.site.locked_out"
AXES_VERBOSE = False
# Tokens of the manage API, and for how long one lives at most.
KNOX_TOKEN_MODEL = "organizers.Token"  # noqa: S105
MIGRATION_MODULES = {"knox": None}  # its own table, in whose place ours stands, is not made
TOKEN_DAYS = environment.number("TOKEN_DAYS", 30, least=1)

# Mail, and the queue it waits in (`manage.py run_huey` takes from it).
MAIL = environment.email("EMAIL_URL", "consolemail://")
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = (MAIL[f"EMAIL_{name}"] for name in ("BACKEND", "HOST", "PORT"))
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL["EMAIL_HOST_USER"], MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.get("EMAIL_USE_TLS", False), MAIL.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = MAIL["EMAIL_FILE_PATH"] or None
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text(
    "EMAIL_FROM", "webmaster@localhost", pattern=r"[^@\s]+@[^@\s]+", expected="an e-mail address", good="app@example.cn"
)
HUEY = environment.queue("QUEUE_URL", VAR)
TASKS = {"default": {"BACKEND": "huey.contrib.djhuey.tasks_backend.HueyBackend"}}

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_URL = environment.media_url("MEDIA_URL", "/uploads/")
MEDIA_ROOT = VAR / "uploads"
STORAGES = {
    **environment.storages("STORAGE_URL"),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
IMAGE_MAX_BYTES = environment.number("IMAGE_MAX_BYTES", 20_000_000, least=1)
IMAGE_MAX_PIXELS = environment.number("IMAGE_MAX_PIXELS", 50_000_000, least=1, most=89_000_000)  # Pillow reads no more
IMAGE_MAX_SECONDS = environment.number("IMAGE_MAX_SECONDS", 10, least=1)
AUDIO_MAX_BYTES = environment.number("AUDIO_MAX_BYTES", 60_000_000, least=1)
AUDIO_MAX_SECONDS = environment.number("AUDIO_MAX_SECONDS", 3600, least=1)
DOCUMENT_MAX_BYTES = environment.number("DOCUMENT_MAX_BYTES", 30_000_000, least=1)
DOCUMENT_MAX_PAGES = environment.number("DOCUMENT_MAX_PAGES", 300, least=1)
DOCUMENT_MAX_SECONDS = environment.number("DOCUMENT_MAX_SECONDS", 20, least=1)
# AVIF takes many times as long as WebP: without a queue `manage.py renditions --avif` makes it.
AVIF_BY_QUEUE = not HUEY["immediate"]
FORM_RENDERER = "core.widgets.Renderer"
# An address typed without its scheme is https; Django 6 does so by itself.
FORMS_URLFIELD_ASSUME_HTTPS = True
FILE_UPLOAD_HANDLERS = [
    "media.limits.LengthLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "media.limits.ShortNames",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# Proxies in front of the server whose X-Forwarded-* headers are believed.
TRUSTED_PROXIES = environment.number("TRUSTED_PROXIES", 0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
AXES_CLIENT_IP_CALLABLE = "core.api.throttling.login_address"
HTTPS = PUBLIC_ORIGIN.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS and not DEBUG
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_SSL_REDIRECT
SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
MAP_TILE_ORIGIN = ["/".join(MAP_TILES.split("/")[:3]).replace("{s}", "*")] if MAP_TILES else []
# Whence pictures and sound come, where that is not this site: for the admin here, for pages in `core.pages.answers`.
MEDIA_ORIGIN = ["/".join(MEDIA_URL.split("/")[:3])] if "://" in MEDIA_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *MEDIA_ORIGIN, *MAP_TILE_ORIGIN],
        "media-src": [SELF, *MEDIA_ORIGIN],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
CORS_ALLOW_ALL_ORIGINS = True
CORS_URLS_REGEX = r"^/api/v1/(?!manage/)"
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = ["accept", "accept-language", "content-type", "if-none-match"]
CORS_EXPOSE_HEADERS = ["ETag", "Content-Language", "Link", "Retry-After", "RateLimit", "RateLimit-Policy"]

# In every ETag: a new build may word or shape an answer differently.
BUILD = environment.text("BUILD", __version__, pattern=r"[\w.+]{1,40}", expected="letters, digits, dots")
ANSWER_CACHE_SECONDS = environment.number("ANSWER_CACHE_SECONDS", 600)
API_REQUESTS_PER_MINUTE = environment.number("API_REQUESTS_PER_MINUTE", 1200, least=1)
# Days for which it is stored when venues are open; later ones are worked out at each request.
HOURS_DAYS_AHEAD = environment.number("HOURS_DAYS_AHEAD", 400, least=40)
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["core.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttling.AddressThrottle"],
    "EXCEPTION_HANDLER": "core.api.problems.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.Schema",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Industrial tourism",
    "DESCRIPTION": "Venues, events and released schedules of a district. Everything here is public and cacheable.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [],
}

LOG_LEVEL = environment.text(
    "LOG_LEVEL", "INFO", pattern="DEBUG|INFO|WARNING|ERROR|CRITICAL", expected="DEBUG, INFO, WARNING, ERROR or CRITICAL"
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"keys": {"()": "core.logs.WithoutKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["keys"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL},  # by the root alone, so that no line comes twice
        "pikepdf": {"level": "WARNING"},
        "axes": {"level": "WARNING"},  # each log-in is in the database
        "django_tasks": {"level": "WARNING"},  # it says what the queue says
        # Its consumer adds a handler where there is none: each line came twice. Without a queue each mail took five.
        "huey": {"handlers": ["console"], "propagate": False, "level": "WARNING" if HUEY["immediate"] else LOG_LEVEL},
        # They would write whole requests to the store, with their signatures.
        **{name: {"level": "WARNING"} for name in ("boto3", "botocore", "s3transfer", "urllib3")},
    },
}
