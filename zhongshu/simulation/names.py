"""Names and numbers of people who do not exist.

The mobile prefix 154 has never been issued to anybody, so that no message of a demo can reach a person.
"""

from random import Random

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任沈"
GIVEN_FIRST = "建国志文晓春海玉秀丽永明德金红光婷雪思佳子雨一梓浩宇嘉欣俊雅静立家天伟美芳桂凤兰"
GIVEN_SECOND = "强军平华英敏霞辉涛鹏飞萍娟勇刚杰琳涵轩博瑶怡诚然琪悦宁民生荣云龙梅玲洁波超峰磊斌"
UNISSUED_PREFIX = "154"


def person_name(dice: Random) -> str:
    """A name as people here bear it: surnames by rough frequency, one or two given characters."""
    surname = SURNAMES[min(int(dice.expovariate(1 / 12)), len(SURNAMES) - 1)]
    given = dice.choice(GIVEN_SECOND) if dice.random() < 0.18 else dice.choice(GIVEN_FIRST) + dice.choice(GIVEN_SECOND)
    return surname + given


def mobile_number(serial: int) -> str:
    """The n-th number of the unissued series: eleven digits, each serial once."""
    return f"{UNISSUED_PREFIX}{(serial * 7919 + 10007) % 100_000_000:08d}"


def moved_in_number(dice: Random) -> str:
    """The number of somebody who comes later, of the same unissued series."""
    return f"{UNISSUED_PREFIX}{dice.randrange(100_000_000):08d}"
