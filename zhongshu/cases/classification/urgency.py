"""How urgent a matter without hazard is: a table of cue words by category, read from top to bottom."""

import re
from dataclasses import dataclass

from zhongshu.cases.classification.labels import Category, Urgency
from zhongshu.cases.classification.patterns import compile_any

_USUAL: dict[Category, Urgency] = {
    Category.PLUMBING: Urgency.P3,
    Category.ELECTRICAL: Urgency.P3,
    Category.ELEVATOR: Urgency.P2,
    Category.BUILDING_FABRIC: Urgency.P3,
    Category.ACCESS_CONTROL: Urgency.P3,
    Category.FIRE_SAFETY: Urgency.P2,
    Category.SECURITY_ORDER: Urgency.P2,
    Category.PARKING: Urgency.P3,
    Category.CLEANING: Urgency.P3,
    Category.LANDSCAPING: Urgency.P3,
    Category.NOISE_NEIGHBOUR: Urgency.P3,
    Category.DECORATION: Urgency.P3,
    Category.BILLING: Urgency.P3,
    Category.SERVICE_ATTITUDE: Urgency.P3,
    Category.CONSULT: Urgency.P4,
    Category.OUT_OF_SCOPE: Urgency.P3,
}


@dataclass(frozen=True)
class UrgencyRule:
    """`category` (None: any) and a sign lead to `urgency`; `reason` is read by staff."""

    category: Category | None
    urgency: Urgency
    signs: re.Pattern[str]
    reason: str


def _rule(category: Category | None, urgency: Urgency, reason: str, *signs: str) -> UrgencyRule:
    return UrgencyRule(category, urgency, compile_any(*signs), reason)


RULES: tuple[UrgencyRule, ...] = (
    _rule(
        None, Urgency.P2, "有人受伤或身体不适", "受伤 流血 摔跤 摔倒了 滑倒了 咬了?一口 咬伤 夹了我 轮椅‥推不 下不了楼"
    ),
    _rule(
        Category.PLUMBING,
        Urgency.P2,
        "断水、水质、倒灌或供暖问题影响基本生活",
        "停水 没水 没有水 断水 没得水 冇水 一滴水 不来水 放不出来 没一?滴",
        "发黄 铁锈 异味 怪味 腥味 黑渣 水箱‥洗 浑 黄渣 白‥清",
        "反水 返水 倒灌 溢 漫 冲不下 冒粪 粪水 一直‥流到",
        "(?:暖气|地暖|散热器|供暖)…(?:不热|冰凉|没温度|漏|渗|湿)",
        "楼下‥漏 漏到‥楼下 冻住 墙角渗水 时有时无",
    ),
    _rule(
        Category.ELECTRICAL,
        Urgency.P3,
        "局部照明或插座",
        "(?:插座|插上|阳台|客厅|卧室|厨房)‥没(?:有)?电 没有反应 楼道 路灯",
    ),
    _rule(
        Category.ELECTRICAL,
        Urgency.P2,
        "断电、跳闸或线路隐患",
        "停电 没电 断电 没有电 全黑 漆黑 一片黑 全屋‥黑 送电 冇电",
        "跳闸 老跳 又跳 就跳 弹回 推不上 合不上 短路 漏电保护 跳了",
        "电压 发烫 有点烫 嗡嗡…电箱 电箱…嗡嗡 配电间 配电房 弱电井 挂着线 露在外面",
    ),
    _rule(
        Category.ELEVATOR,
        Urgency.P4,
        "不影响乘梯",
        "广告 手机没信号",
    ),
    _rule(
        Category.ELEVATOR,
        Urgency.P3,
        "局部部件或标识，电梯仍可用",
        "按键 按钮 下行键 上行键 外呼 开门键 显示屏 照明 灯 风扇 通风 标志 标贴 合格证 登记证 年检 过期",
        "镜子 扶手 铁皮 地板 空调 刷卡 贴膜 好慢 太慢",
    ),
    _rule(
        Category.BUILDING_FABRIC,
        Urgency.P2,
        "渗漏、松动或有安全隐患",
        "漏雨 漏水 渗水 渗 滴水 进水 返潮 一下雨 潮 天花板…湿 天花板…黄 楼顶漏 防水 屋面 楼顶 滴滴答答",
        "歪 锈 松的 裂缝 长缝 裂纹 裂了道 下沉 往下沉 鼓 吊顶‥掉 滑梯 脚卡 幸好 隐患 号牌",
    ),
    _rule(Category.BUILDING_FABRIC, Urgency.P4, "观感类", "起皮 粉刷 刷一刷 大白 墙皮 刷刷 信报箱 百叶"),
    _rule(
        Category.ACCESS_CONTROL,
        Urgency.P4,
        "办卡、录入等手续",
        "补一张 补办 办张 办个 办‥卡 多少钱 录一下 开通 重新写 注销 不想录 强制刷脸 改用 配一个 要带什么 开个‥权限",
    ),
    _rule(
        Category.ACCESS_CONTROL,
        Urgency.P2,
        "人或车进出不了",
        "进不去 进不来 出不去 出不来 堵 抬不起 打不开…门 推不开 扒 瘫 卡住 关不上 刷‥认不出 识别失败 刷不开 砸 撞",
        "没有反应 夹",
    ),
    _rule(
        Category.SECURITY_ORDER,
        Urgency.P3,
        "管理类或已过去的事",
        "发传单 小广告 睡觉 睡着 打瞌睡 没人守 没有人值班 没人值班 值班",
    ),
    _rule(
        Category.SECURITY_ORDER,
        Urgency.P3,
        "管理类或已过去的事",
        "谁都放 不登记 随便进 看不到影子 电话也不接 没得一个人 开锁贷款 骑得 逆行 自行车丢 衣服‥拿 信‥拆 丢了只",
        "二维码 打牌 光膀子",
    ),
    _rule(
        Category.PARKING,
        Urgency.P2,
        "车位被占或出不去",
        "(?:我的?|固定|专用|产权)‥(?:车位|位子|位置|格子)…(?:占|停)",
        "车位被占 被‥占 停我 堵着 顶死 横着 出不来 动不了 急着 挪车 叫不到人",
    ),
    _rule(
        Category.PARKING,
        Urgency.P4,
        "咨询办理",
        "想买 想租 租一个 想长期租 出租 租金 租吗 长租 免费停多久 怎么收 哪里交 怎么办 退吗 多少钱 几多钱",
        "涨到多少 怎么删 余的 重新签 换个位置 能不能租",
    ),
    _rule(Category.CLEANING, Urgency.P2, "可能伤人", "玻璃渣 滑得很 差点摔 结冰 冻成冰 针头 油…滑"),
    _rule(Category.CLEANING, Urgency.P4, "咨询", "扔哪 放哪 什么时候打"),
    _rule(
        Category.LANDSCAPING,
        Urgency.P2,
        "树木倒伏或有毒虫、阻断通行",
        "刮倒 刮断 吹断 树倒 倒在 倒了一?棵 压住 压在 压到 横在 断枝 枯树 歪 马蜂 胡蜂 蜂窝 蛇 电线 针头 过不去",
        "出不来 断了",
    ),
    _rule(
        Category.LANDSCAPING,
        Urgency.P4,
        "养护类",
        "修剪 挡光 遮光 太阳 枯 补种 杂草 养护 草坪 草皮 黄土 支撑 认养 蔫 换一批 光秃 棕榈 防冻 竹子长 刷‥白灰",
        "没人理 伸进 防盗网",
    ),
    _rule(Category.NOISE_NEIGHBOUR, Urgency.P2, "动物扑咬", "扑了 扑过来 扑人 咬"),
    _rule(
        Category.NOISE_NEIGHBOUR,
        Urgency.P4,
        "轻微打扰",
        "抽烟 烟味 烧香 点‥香 檀香 榴莲 辣椒 咸鱼 气味 味儿 骚味 佛经 太极 提醒",
    ),
    _rule(
        Category.DECORATION,
        Urgency.P2,
        "禁止时段施工或可能伤及结构",
        "中午 午休 午饭 午睡 周六 周日 周末 双休 节假日 晚上 半夜 夜里 凌晨 清早 大清早 六点 高考",
        "砸空 飘窗底下",
    ),
    _rule(
        Category.DECORATION,
        Urgency.P4,
        "咨询办理",
        "办啥 怎么办 怎么申请 哪些材料 哪些资料 什么材料 手续 申请 需要 要不要 可以吗 可以伐 可以自己 行吗",
        "几点到几点 放哪 什么时候 流程 报备 统一 吗$ 准备",
    ),
    _rule(
        Category.BILLING,
        Urgency.P4,
        "咨询办理",
        "发票 开‥票 税号 抬头 打折 优惠 少交 怎么交 还剩 想查 查一下 该我交 补吗 现金 报停 分期 分‥付 在哪看 清",
        "取消 专票 什么时候 有没有 可以转 可不可以 预存",
    ),
    _rule(
        Category.SERVICE_ATTITUDE,
        Urgency.P2,
        "拖延未处理、辱骂或私自收费，须当日答复",
        "天‥(?:没|一个电话|在路上) 没有人上门 没人来 没下文 鸽子 人影没 没来 周了 石沉 第五次 第三次 三次 四遍",
        "状态 次次 一个月了 补偿 天了 工单 完成",
        "骂 吼 动手 推了 推搡 侮辱 辱 穷鬼 挂断 喝了酒 道歉",
        "收据 私自 现金 没票 没单 票‥没有 坑人 收了我 认账 烟钱 划了 扔了 撤 装聋 不打就 给我的?电话 我电话",
    ),
    _rule(Category.FIRE_SAFETY, Urgency.P2, "消防隐患", "."),
)


def usual_urgency(category: Category) -> Urgency:
    """The urgency of a category whose text has no cue."""
    return _USUAL[category]


def cues_in(text: str) -> list[int]:
    """Numbers of the rules whose signs stand in the normalised `text`, whatever its category."""
    return [number for number, rule in enumerate(RULES) if rule.signs.search(text)]


def judge_urgency(category: Category, text: str) -> tuple[Urgency, str | None]:
    """The urgency of the normalised `text`, and the reason if a cue decided; of several cues the first counts."""
    for rule in RULES:
        if rule.category in {None, category} and rule.signs.search(text):
            return rule.urgency, rule.reason
    return usual_urgency(category), None
