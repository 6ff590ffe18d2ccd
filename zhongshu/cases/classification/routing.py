"""Words that tell teams apart, and which outside body a matter is handed to: tables of cues."""

import re
from dataclasses import dataclass

from zhongshu.cases.classification.labels import Category, Referral, Urgency
from zhongshu.cases.classification.patterns import compile_any


@dataclass(frozen=True)
class ReferralRule:
    """Matters of `category` with these signs are handed to `referrals`; `urgency`, if given, replaces the usual."""

    category: Category
    referrals: tuple[Referral, ...]
    signs: re.Pattern[str]
    urgency: Urgency | None = None


_TEAM_CUES: tuple[re.Pattern[str], ...] = (
    # access: formalities are for customer service, repairs for engineering
    compile_any(
        "补一张 补办 卡丢 扣丢 办张 办个 办‥卡 录一下 开通 重新写 消磁 注销 不想录 强制刷脸 改用 配一个 开个‥权限"
    ),
    # parking: contracts are for customer service, what stands in the way for security
    compile_any(
        "想买 想租 租一个 长期租 长租 租金 免费停多久 怎么收 哪里交 怎么办理 退吗 涨到多少 怎么删 余的 重新签",
        "换个位置 可以租",
    ),
    # noise: in public places for security, between neighbours for customer service
    compile_any("广场 篮球场 球场 拉歌 喇叭 鞭炮 放炮 架空层 几十个人"),
    # decoration: formalities for customer service, the building for engineering, hours and workers for security
    compile_any(
        "保证金 押金 手续 材料清单 资料 备案登记 申请 流程 验收 图纸 可以吗 可以伐 可以自己 行吗 几点到几点 统一"
    ),
    compile_any(
        "外立面 封‥阳台 包出去 阳光房 加盖 私搭 扩出 往外扩 雨棚 改成了门 承重 飘窗 动了‥梁 地下室 管道井",
        "震裂 剪断 卫生间挪 开了?个口 楼体",
    ),
    compile_any(
        "中午 午休 午饭 午睡 周六 周日 周末 双休 节假日 晚上 半夜 凌晨 清早 六点 高考",
        "工人 师傅们? 没有备案 没报备 许可证 堆在 占了一半 电梯厅 走廊‥拌",
    ),
)

_REFERRAL_RULES: tuple[ReferralRule, ...] = (
    ReferralRule(
        Category.OUT_OF_SCOPE,
        (Referral.REGISTERED_LOCKSMITH,),
        compile_any("锁 钥匙 保险柜"),
        Urgency.P3,
    ),
    ReferralRule(
        Category.OUT_OF_SCOPE,
        (Referral.TELECOM_OPERATOR,),
        compile_any("宽带 光猫 光纤 网络 断网 没网 联网 wifi 路由 机顶盒 固话 拨号 信号 电信 联通 运营商"),
        Urgency.P3,
    ),
    ReferralRule(
        Category.OUT_OF_SCOPE,
        (Referral.LEGAL_AID,),
        compile_any(
            "房租 租金 房东 房客 租客 赖着 官司 起诉 离婚 借条 欠我 不还 工资 遗嘱 抚养 定金 律师 法律 月租 前夫"
        ),
        Urgency.P4,
    ),
    ReferralRule(
        Category.OUT_OF_SCOPE,
        (Referral.CITY_HOTLINE, Referral.CITY_MANAGEMENT),
        compile_any("烧烤 烤鱼 饭店 餐馆 火锅 大排档 ktv 工地 渣土 打桩 商铺 在建 混凝土 酒吧 排烟"),
        Urgency.P3,
    ),
    ReferralRule(
        Category.OUT_OF_SCOPE,
        (Referral.CITY_MANAGEMENT,),
        compile_any("摊 占道 小贩 夜市 共享单车 违章建筑 违建"),
        Urgency.P4,
    ),
    ReferralRule(Category.OUT_OF_SCOPE, (Referral.CITY_HOTLINE,), compile_any("."), Urgency.P4),
    ReferralRule(
        Category.DECORATION,
        (Referral.HOUSING_AUTHORITY,),
        compile_any("承重 剪力墙 飘窗底下 砸空"),
    ),
    ReferralRule(
        Category.DECORATION,
        (Referral.CITY_MANAGEMENT,),
        compile_any("外立面 封‥阳台 包出去 阳光房 加盖 私搭 往外扩 雨棚 改成了门 楼体"),
    ),
    ReferralRule(
        Category.LANDSCAPING,
        (Referral.CITY_MANAGEMENT,),
        compile_any("毁绿 种菜 种葱 种豆 圈成 围起来种 养鸡"),
    ),
)


def team_cues_in(text: str) -> list[int]:
    """Numbers of the groups of cues that stand in the normalised `text`, whatever its category."""
    return [number for number, cues in enumerate(_TEAM_CUES) if cues.search(text)]


def referral_for(category: Category, text: str) -> ReferralRule | None:
    """The first rule that hands the normalised `text` outside, or None if it stays with us."""
    for rule in _REFERRAL_RULES:
        if rule.category == category and rule.signs.search(text):
            return rule
    return None
