"""The carriers: one file for each protocol."""

from zhongshu.messaging.engine.carriers.bots import Bot
from zhongshu.messaging.engine.carriers.smpp import SmppGateway
from zhongshu.messaging.engine.carriers.smtp import MailServer
from zhongshu.messaging.engine.carriers.tencent import TencentSms
from zhongshu.messaging.engine.carriers.web_push import WebPush
from zhongshu.messaging.engine.carriers.wechat import WeChat
from zhongshu.messaging.engine.parcels import Carrier
from zhongshu.messaging.kinds import ChannelKind
from zhongshu.messaging.models import Channel


def carrier_for(channel: Channel) -> Carrier:
    """Who carries by that channel."""
    match ChannelKind(channel.kind):
        case ChannelKind.WEB_PUSH:
            return WebPush(channel)
        case ChannelKind.SMTP:
            return MailServer(channel)
        case ChannelKind.TENCENT:
            return TencentSms(channel)
        case ChannelKind.SMPP:
            return SmppGateway(channel)
        case ChannelKind.WECHAT:
            return WeChat(channel)
        case kind:
            return Bot(channel, kind)
