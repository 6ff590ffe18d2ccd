"""What makes a password acceptable, and the first one a new user gets."""

import secrets

from django.contrib.auth.password_validation import get_password_validators, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zhongshu.identity.errors import WeakPassword
from zhongshu.identity.models import User

_MODULE = "django.contrib.auth.password_validation"
SHORTEST = 8
_VALIDATORS = get_password_validators(
    [
        {"NAME": f"{_MODULE}.MinimumLengthValidator", "OPTIONS": {"min_length": SHORTEST}},
        {
            "NAME": f"{_MODULE}.UserAttributeSimilarityValidator",
            "OPTIONS": {"user_attributes": ("username", "name", "phone")},
        },
        {"NAME": f"{_MODULE}.CommonPasswordValidator"},
        {"NAME": f"{_MODULE}.NumericPasswordValidator"},
    ]
)
_EASY_TO_READ_OUT = "abcdefghjkmnpqrstuvwxyz23456789"


def check_password_rules(password: str, user: User) -> None:
    """Raises WeakPassword, whose message says all that is wrong."""
    try:
        validate_password(password, user, password_validators=_VALIDATORS)
    except ValidationError as error:
        said = _sentences()
        faults = (said[fault.code or ""] for fault in error.error_list)
        raise WeakPassword("".join(faults), field="new_password") from error


def _sentences() -> dict[str, str]:
    """What we say to each code of Django's validators, whose own sentences belong to an app not installed."""
    return {
        "password_too_short": _("密码至少要有 %(n)s 个字符。") % {"n": SHORTEST},
        "password_too_similar": _("密码与姓名、用户名或手机号太像。"),
        "password_too_common": _("这个密码太常见，容易被猜到。"),
        "password_entirely_numeric": _("密码不能全是数字。"),
    }


def first_password() -> str:
    """Twelve characters to be told once, in three groups, without those that look alike."""
    groups = ("".join(secrets.choice(_EASY_TO_READ_OUT) for _ in range(4)) for _ in range(3))
    return "-".join(groups)
