"""The texts for whoever has written none."""

from typing import NamedTuple

from zhongshu.messaging.kinds import Way


class Words(NamedTuple):
    """A title (of a push or an e-mail) and the text, both with variables."""

    title: str
    text: str


CHINESE, ENGLISH = "zh-hans", "en"
_SHORT = Words("{title}", "{body}")
_LINE = Words("", "{title}\n{body}\n{link}")
SHIPPED: dict[tuple[Way, str], Words] = {
    (Way.PUSH, CHINESE): _SHORT,
    (Way.PUSH, ENGLISH): _SHORT,
    (Way.BOT, CHINESE): _LINE,
    (Way.BOT, ENGLISH): _LINE,
    (Way.EMAIL, CHINESE): Words(
        "{title}",
        "{name}，您好：\n\n{title}\n{body}\n\n{link}\n\n{company} {site}\n{time}",  # matter
    ),
    (Way.EMAIL, ENGLISH): Words("{title}", "Dear {name},\n\n{title}\n{body}\n\n{link}\n\n{company} {site}\n{time}"),
    (Way.SMS, CHINESE): Words("", "{title}。{body}"),  # matter
    (Way.SMS, ENGLISH): Words("", "{title}. {body}"),
    (Way.WECHAT, CHINESE): Words("", "thing1: {title}\nthing2: {body}\ntime3: {time}"),
    (Way.WECHAT, ENGLISH): Words("", "thing1: {title}\nthing2: {body}\ntime3: {time}"),
    (Way.LETTER, CHINESE): Words("{title}", "{name}：\n\n{title}\n{body}\n\n{company} {site}\n{time}"),  # matter
    (Way.LETTER, ENGLISH): Words("{title}", "{name},\n\n{title}\n{body}\n\n{company} {site}\n{time}"),
}
TEMPLATE_WAYS = tuple(dict.fromkeys(way for way, _language in SHIPPED))
