"""What households report: sentences with the place they need, how long the work takes, and what they are about."""

from dataclasses import dataclass
from enum import StrEnum

from zhongshu.people.kinds import TeamKind
from zhongshu.simulation.weather import Cause


class Scope(StrEnum):
    """What kind of place the sentence needs in front of it."""

    HOME = "home"
    BUILDING = "building"
    LIFT = "lift"
    GATE = "gate"
    PARKING = "parking"
    ROOM = "room"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Matter:
    """`weight` is how often it happens beside the others; `minutes` the work itself.

    `category` is what a person makes of it where the machine is not sure. `cause`: only in such weather. `parts`: how
    likely something must be ordered first. `helper`: who is asked for help, and for what.
    """

    text: str
    scope: Scope
    weight: float
    minutes: int
    category: str = ""
    cause: Cause | None = None
    parts: float = 0.04
    helper: tuple[TeamKind, str] | None = None

    @property
    def team(self) -> TeamKind | None:
        """Whose it is, where a person has to say so."""
        return TEAMS[self.category] if self.category else None


TEAMS = {
    "plumbing": TeamKind.ENGINEERING,
    "electrical": TeamKind.ENGINEERING,
    "elevator": TeamKind.ENGINEERING,
    "building_fabric": TeamKind.ENGINEERING,
    "security_order": TeamKind.SECURITY,
    "fire_safety": TeamKind.SECURITY,
    "parking": TeamKind.SECURITY,
    "cleaning": TeamKind.ENVIRONMENT,
    "landscaping": TeamKind.ENVIRONMENT,
    "noise_neighbour": TeamKind.CUSTOMER_SERVICE,
    "consult": TeamKind.CUSTOMER_SERVICE,
    "out_of_scope": TeamKind.CUSTOMER_SERVICE,
}

_H, _B, _L, _G = Scope.HOME, Scope.BUILDING, Scope.LIFT, Scope.GATE
_P, _N = Scope.PARKING, Scope.NOWHERE
_MOP = (TeamKind.ENVIRONMENT, "漏水处地面积水，请清理")
_PUMP = (TeamKind.ENGINEERING, "请带水泵来排水")
_SAW = (TeamKind.SECURITY, "请拉警戒线，疏导行人")

MATTERS = (
    Matter("厨房下水堵了，水都漫到台面上了", _H, 9, 45, helper=_MOP),
    Matter("马桶堵住冲不下去", _H, 8, 40),
    Matter("卫生间水龙头一直滴水，拧不紧", _H, 8, 30, parts=0.1),
    Matter("热水器上面的角阀漏水，地上一滩", _H, 5, 40, parts=0.1),
    Matter("家里水特别小，洗澡都出不来", _H, 5, 35, "plumbing"),
    Matter("水管爆了，水往外喷，快来人关阀门", _H, 1, 60, helper=_MOP),
    Matter("卧室插座没电了，别的房间都正常", _H, 7, 35),
    Matter("家里跳闸了，合上去马上又跳", _H, 6, 45),
    Matter("客厅灯一闪一闪的，想找电工看看", _H, 5, 30),
    Matter("配电箱有火花，还有股焦味", _H, 1, 50, parts=0.2),
    Matter("对讲机没声音，外卖都上不来", _H, 4, 30, parts=0.15),
    Matter("阳台天花板渗水，墙皮都鼓起来了", _H, 5, 60, parts=0.3),
    Matter("窗户关不严，一刮风呜呜响", _H, 3, 30, "building_fabric"),
    Matter("楼上空调水滴到我家窗台上，吵得睡不着", _H, 3, 30, "noise_neighbour"),
    Matter("楼上半夜拖椅子，能不能去说一声", _H, 5, 25),
    Matter("隔壁装修中午还在打电钻，小孩没法睡", _H, 4, 20),
    Matter("想问问装修要办什么手续", _H, 4, 10),
    Matter("上个月物业费账单好像多算了，帮我查一下", _H, 4, 20),
    Matter("物业费发票能不能开电子的", _H, 3, 10),
    Matter("门口垃圾放了两天没人收，味道很大", _H, 4, 20),
    Matter("厨房好像有煤气味，我有点害怕", _H, 1, 40),
    Matter("楼道里堆了好多纸箱，消防通道都堵了", _B, 4, 25),
    Matter("楼道地面好几天没拖了，踩着都粘脚", _B, 6, 30),
    Matter("楼道墙皮掉了一大块", _B, 3, 60, "building_fabric"),
    Matter("楼梯扶手松了，老人扶着晃", _B, 3, 40, parts=0.15),
    Matter("单元门关不上，谁都能进来", _B, 4, 35),
    Matter("楼前草坪枯了一片，没人浇水吗", _B, 2, 60),
    Matter("楼下的树枝伸到窗户边上了，挡光", _B, 3, 60, "landscaping"),
    Matter("楼顶有人往下扔瓶子，差点砸到小孩", _B, 1, 30),
    Matter("有人把电动车推上楼充电，太危险了", _B, 3, 25, "fire_safety"),
    Matter("楼下有只野猫翻垃圾，弄得到处都是", _B, 2, 20, "cleaning"),
    Matter("地下室有老鼠，麻烦来处理一下", _B, 2, 40),
    Matter("电梯里有人吐了，味道受不了", _L, 2, 20, "cleaning"),
    Matter("岗亭晚上没人，外面的人随便进", _G, 2, 20, "security_order"),
    Matter("门口有人吵架，好像要动手了", _G, 1, 20, "security_order"),
    Matter("门口地砖翘起来了，绊了一跤", _G, 2, 50, parts=0.2),
    Matter("我的车位被别人占了，联系不上车主", _P, 5, 25, "parking"),
    Matter("车位上面的管子滴水，滴到我车上", _P, 2, 40, "plumbing"),
    Matter("车位旁边灯坏了，倒车看不见", _P, 2, 30, "electrical"),
    Matter("月卡续了费，进门还是按临停收钱", _N, 3, 20, "parking"),
    Matter("想租一个车位，现在还有吗", _N, 3, 10),
    Matter("明天停水到几点啊，群里说得不清楚", _N, 3, 10, "consult"),
    Matter("家里宽带断了，光猫亮红灯", _N, 2, 10, "out_of_scope"),
    Matter("钥匙忘屋里了，有没有开锁师傅电话", _N, 2, 10, "out_of_scope"),
    Matter("前台接电话太不耐烦了，我要投诉", _N, 2, 30),
    Matter("报修两天了没人上门，也没人回个话", _N, 2, 30),
    Matter("表扬一下我们楼的保洁大姐，干活特别仔细", _N, 2, 10, "consult"),
    Matter("能不能在北门加几个充电桩", _N, 2, 10, "consult"),
    Matter("外面烧烤摊油烟飘进来，天天熏到半夜", _N, 2, 15, "out_of_scope"),
    Matter("顶楼下雨漏水，天花板滴水", _H, 14, 70, "building_fabric", Cause.RAIN, parts=0.4),
    Matter("外墙渗水，卧室墙上一大片水印", _H, 12, 70, cause=Cause.RAIN, parts=0.4),
    Matter("楼前积水过脚背了，走不出去", _B, 8, 40, "plumbing", Cause.RAIN),
    Matter("车库入口进水了，水往里面灌", _P, 6, 60, "plumbing", Cause.RAIN, helper=_PUMP),
    Matter("墙上长了好多霉", _H, 10, 40, "building_fabric", Cause.DAMP),
    Matter("楼道地面全是水汽，滑得站不住", _B, 8, 25, "cleaning", Cause.DAMP),
    Matter("一棵树被风刮倒了，压在路上", _B, 12, 50, "landscaping", Cause.WIND, helper=_SAW),
    Matter("阳台窗户被风刮掉一块玻璃", _H, 8, 40, "building_fabric", Cause.WIND, parts=0.4, helper=_SAW),
    Matter("空调一开就跳闸", _H, 25, 45, cause=Cause.HEAT),
    Matter("整栋楼都停电了", _B, 4, 60, cause=Cause.HEAT),
    Matter("水管冻住了，家里没水", _H, 25, 50, cause=Cause.FROST),
    Matter("水管冻裂了，到处是水", _H, 12, 60, "plumbing", Cause.FROST, parts=0.2, helper=_MOP),
    Matter("楼道结冰了，老人差点滑倒", _B, 8, 25, "cleaning", Cause.FROST),
)

HAPPY_WORDS = ("来得挺快，修好了", "师傅很客气，谢谢", "可以的，没问题了", "弄干净了，满意", "还行", "问题解决了")
UNHAPPY_WORDS = ("又坏了，根本没修好", "弄得一地脏也不收拾", "没说清楚就走了")
LATE_WORDS = ("等了太久了", "说好的时间没来", "催了两遍才来")
URGES = ("业主来电催问：什么时候能来", "业主再次来电，问到哪一步了", "业主催办，请尽快上门")
