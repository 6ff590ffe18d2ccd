"""What makes a password acceptable for somebody, in words, and the first one a new user gets."""

import re
import secrets
from collections.abc import Collection
from functools import cache

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils.translation import gettext as _

from zhongshu.identity.errors import WeakPassword
from zhongshu.identity.models import Company, User
from zhongshu.identity.policies.passwords import SHORTEST, Fault, Strength, Whose, faults_of, strength_of

PASSWORD_FIELDS = ("password", "previous_password", "must_change_password")
_EASY_TO_READ_OUT = "abcdefghjkmnpqrstuvwxyz23456789"
_OF_EVERY_COMPANY = re.compile("(物业|服务|管理|集团|股份|有限|责任|公司)+")  # matter
_SHORTEST_NAME = 4


def check_password_rules(password: str, user: User) -> None:
    """Raises WeakPassword, whose message says all that is wrong and how to mend it."""
    said = sentences()
    faults = [said[fault] for fault in faults_in(password, user)]
    if not faults and was_the_last(password, user):
        faults = [_("这是您上一次用过的密码，请换一个没用过的。")]
    if faults:
        raise WeakPassword("".join(faults), field="new_password")


def faults_in(password: str, user: User) -> list[Fault]:
    """What is wrong with it for that person, as far as can be told while it is typed."""
    return faults_of(password, _known_of(user), common=_common())


def strength(password: str, user: User) -> Strength:
    """How it would stand against guessing."""
    return strength_of(password, faults_in(password, user))


def was_the_last(password: str, user: User) -> bool:
    """Whether it was the user's own password before the present one."""
    return bool(user.previous_password) and check_password(password, user.previous_password)


def sentences() -> dict[Fault, str]:
    """What we say to each fault."""
    return {
        Fault.SHORT: _("密码至少要有 %(n)s 个字符，可以用几个词连成一句话。") % {"n": SHORTEST},
        Fault.NUMERIC: _("密码不能全是数字，请加上几个字母或汉字。"),
        Fault.SIMPLE: _("密码里不同的字符太少，请不要重复同几个字符。"),
        Fault.COMMON: _("这个密码太常见，容易被猜到；请换成几个互不相干的词。"),
        Fault.SIMILAR: _("密码与姓名、用户名或手机号太像，请去掉这些内容。"),
    }


def put_password(user: User, password: str, *, must_change: bool) -> None:
    """Sets it, unsaved (`PASSWORD_FIELDS`); one's own of before is remembered, one that was told is not."""
    if user.password and not user.must_change_password:
        user.previous_password = user.password
    user.set_password(password)
    user.must_change_password = must_change


def first_password() -> str:
    """Twelve characters to be told once, in three groups, without those that look alike."""
    return in_groups(3)


def in_groups(groups: int) -> str:
    """Random text to be read out or typed: groups of four, without characters that look alike; 19 bits each."""
    return "-".join("".join(secrets.choice(_EASY_TO_READ_OUT) for _ in range(4)) for _ in range(groups))


def _known_of(user: User) -> Whose:
    name, initials = _in_letters(user.name)
    names = {user.username, user.phone, user.name, name}
    company = Company.objects.order_by("pk").values_list("name", flat=True).first() or ""
    words = {initials, name, *_words_of(company)}
    return Whose([text for text in names if len(text) >= _SHORTEST_NAME], [word for word in words if word])


def _words_of(company: str) -> Collection[str]:
    """`安居物业服务有限公司` → anjuwuyefuwuyouxiangongsi, its initials, anjuwuye, ajwy, anju, aj."""
    own = _OF_EVERY_COMPANY.sub("", company)
    brand = own + "物业"  # matter
    return {word for text in (company, brand, own) for word in _in_letters(text)}


@cache
def _in_letters(text: str) -> tuple[str, str]:
    """In pinyin, and its initials; without what is neither letter nor digit."""
    # Imported when a password is chosen: its dictionary takes a third of a second, which every command would wait.
    from pypinyin import lazy_pinyin

    syllables = [re.sub("[^a-z0-9]", "", syllable.lower()) for syllable in lazy_pinyin(text)]
    return "".join(syllables), "".join(syllable[:1] for syllable in syllables)


@cache
def _common() -> Collection[str]:
    """The twenty thousand passwords that Django knows to be guessed first."""
    return CommonPasswordValidator().passwords
