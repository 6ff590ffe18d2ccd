"""Loose words of danger: where no rule of `hazards` fires but one of these is said, a person must look.

The rules hear only what somebody thought of; this net is wide and cheap instead. It never changes category or
urgency: it only takes the matter out of the hands of the model.
"""

from zhongshu.cases.classification.hazards import without_mentions
from zhongshu.cases.classification.patterns import compile_any

_SOMEBODY = "人|孩|娃|伢|宝|老太|奶奶|爷爷|大爷|婆|公|爸|妈|娘|爹|老伴|我|他|她|师傅|女|男|仔|囡|阿姨|朋友"

_LOOSE = compile_any(
    # somebody is hurt, ill or frightened
    "救(?!生圈)|没命|要命了|血(?!压|糖)|昏|晕|受伤|弄伤|抽筋|抽搐|喘不|胸闷|胸口|心慌|心口|发紫|吐白沫|中毒|断气|不行了|出事|动不了",
    "害怕|我怕|好怕|吓得|尖叫|惨叫|哭喊|一直哭|在哭|大喊|求你们|求求 不敢‥出|开|进|回|动|碰|用|点",
    "摔(?!坏|碎|东西|门)|跌(?!价)|滑倒|滚下|坠|绊倒|烫(?:伤|到|着)|烧伤|咬|蜇|抓伤|扑(?:上|过|倒|咬)|扎到|割到|噎|呛到|溺|吞了|误食",
    f"夹|卡|压|埋|撞|砸|打‥住|到|倒|伤|中|着‥{_SOMEBODY} {_SOMEBODY}‥夹|压|埋|撞|砸|砍‥住|到|倒|伤|中|着",
    "喝了|吃错|吃了‥药|液|洁|剂",
    # shut in, gone, not answering
    "困住|被困|反锁|被锁|出不来|没动静|没应|不应|唔应|叫不|喊不|叫唔|冇反应|联系不上|走失|走丢|失踪|没影|不见人",
    f"{_SOMEBODY}‥锁|关‥里|屋|房|车|家 {_SOMEBODY}‥在‥(?:电梯|梯)里 {_SOMEBODY}‥不见|没回",
    "孩|娃|伢|宝|老太|老人|奶奶|爷爷|仔‥一个人|独自|爬|哭 天‥没见|没出|没开门 独居",
    f"{_SOMEBODY}‥倒(?!闭|霉|垃圾|水|车)|躺|睡着",
    # somebody threatens
    "刀|棍|枪(?!手)|汽油|踹|撬|闯(?!红灯)|翻墙|爬窗|翻得|尾随|跟踪|盯着|鬼鬼祟祟|可疑|蒙面|贼|小偷|歹徒|疯|点火烧|陌生",
    "跟着|堵|拉着|摸|追‥我|孩|女 我‥堵在|围住|拦住|追",
    "砸|拧|踢|拽‥门|锁|把手 扔|丢|抛‥下来|下去|楼下|窗外 往‥楼下|下面‥扔|丢|泼",
    "打人|打起|打了|打交|打架|动手|抢(?!修|红包|单|车位)|偷拍|骚扰|威胁|报复|弄死|杀|同归|想不开|不想活|活不|跳楼|要跳|跳下|楼顶|天台|窗台|栏杆",
    # fire, smoke, gas, electricity, water
    "着火|起火|有火|冒火|火光|焦味|糊味|焦糊|冒烟|黑烟|白烟|浓烟|烟雾|自燃|爆|炸|巨响|砰|刺鼻|呛|煤气|燃气(?!费|卡)|漏气|嘶嘶|滋滋|臭鸡蛋|氯气",
    "烧‥起来|着|焦|糊 烟‥很大|好大|看不见 灶|炉|锅‥味",
    "漏电|触电|电到|麻手|火花|火星|发烫|带电 电线‥断|掉|垂 淹|喷|涌|哗哗|止不住|关不掉|关不住|倒灌 到处‥是水",
    # things that fall or give way
    "塌|垮|倾斜|摇晃|晃得|要掉|快掉|掉下|砸下|往下掉|掉落|坠落|承重|没盖|洞口|深坑 井盖|盖子‥没|塌|掉",
    "裂‥大|墙|柱|梁|阳台 墙|砖|玻璃|外机|广告牌|树‥倒了|掉了|脱落|摇 掉(?:进|到|下)?‥井|坑|水池|湖|河|沟",
    "梯|楼|架|高处‥掉|摔",
    "危险|紧急|出人命|快来人|赶快来|马上来|110|119|120|蛇|马蜂|胡蜂",
)


def danger_word(text: str) -> str | None:
    """The first loose word of danger in the normalised `text` that is not mere mention, or None."""
    found = _LOOSE.search(without_mentions(text))
    return found[0] if found else None
