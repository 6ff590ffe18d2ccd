"""What happens to people: sentences with the place they need and how long the work takes."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What kind of place the sentence needs in front of it."""

    HOME = "home"
    BUILDING = "building"
    LIFT = "lift"
    GATE = "gate"
    PARKING = "parking"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Matter:
    """`weight` is how often it happens beside the others; `minutes` the work itself."""

    text: str
    scope: Scope
    weight: int
    minutes: int


_H, _B, _L, _G, _P, _N = Scope.HOME, Scope.BUILDING, Scope.LIFT, Scope.GATE, Scope.PARKING, Scope.NOWHERE

MATTERS = (
    Matter("厨房下水堵了，水都漫到台面上了", _H, 9, 45),
    Matter("马桶堵住冲不下去", _H, 8, 40),
    Matter("卫生间水龙头一直滴水，拧不紧", _H, 8, 30),
    Matter("热水器上面的角阀漏水，地上一滩", _H, 5, 40),
    Matter("家里水特别小，洗澡都出不来", _H, 5, 35),
    Matter("水管爆了，水往外喷，快来人关阀门", _H, 1, 60),
    Matter("卧室插座没电了，别的房间都正常", _H, 7, 35),
    Matter("家里跳闸了，合上去马上又跳", _H, 6, 45),
    Matter("客厅灯一闪一闪的，想找电工看看", _H, 5, 30),
    Matter("配电箱有火花，还有股焦味", _H, 1, 50),
    Matter("对讲机没声音，外卖都上不来", _H, 4, 30),
    Matter("阳台天花板渗水，墙皮都鼓起来了", _H, 5, 60),
    Matter("窗户关不严，一刮风呜呜响", _H, 3, 30),
    Matter("楼上空调水滴到我家窗台上，吵得睡不着", _H, 3, 30),
    Matter("楼上半夜拖椅子，能不能去说一声", _H, 5, 25),
    Matter("隔壁装修中午还在打电钻，小孩没法睡", _H, 4, 20),
    Matter("想问问装修要办什么手续", _H, 4, 10),
    Matter("上个月物业费账单好像多算了，帮我查一下", _H, 4, 20),
    Matter("物业费发票能不能开电子的", _H, 3, 10),
    Matter("门口垃圾放了两天没人收，味道很大", _H, 4, 20),
    Matter("厨房好像有煤气味，我有点害怕", _H, 1, 40),
    Matter("楼道灯不亮，晚上回家摸黑", _B, 7, 30),
    Matter("单元门禁刷不开，好几个人堵在门口", _B, 5, 35),
    Matter("单元门关不上，谁都能进来", _B, 4, 35),
    Matter("楼道里堆了好多纸箱，消防通道都堵了", _B, 4, 25),
    Matter("楼道地面好几天没拖了，踩着都粘脚", _B, 6, 30),
    Matter("楼道墙皮掉了一大块", _B, 3, 60),
    Matter("楼梯扶手松了，老人扶着晃", _B, 3, 40),
    Matter("楼前草坪枯了一片，没人浇水吗", _B, 2, 60),
    Matter("楼下的树枝伸到窗户边上了，挡光", _B, 3, 60),
    Matter("楼顶有人往下扔瓶子，差点砸到小孩", _B, 1, 30),
    Matter("有人把电动车推上楼充电，太危险了", _B, 3, 25),
    Matter("楼下有只野猫翻垃圾，弄得到处都是", _B, 2, 20),
    Matter("地下室有老鼠，麻烦来处理一下", _B, 2, 40),
    Matter("电梯停在一楼不动了，按了没反应", _L, 4, 60),
    Matter("电梯上下的时候咣当咣当响", _L, 4, 50),
    Matter("电梯里有人被困住了，快点来人", _L, 1, 35),
    Matter("电梯按钮坏了一个，按不亮", _L, 3, 30),
    Matter("电梯里有人吐了，味道受不了", _L, 2, 20),
    Matter("道闸抬不起来，车子排了一长串", _G, 3, 25),
    Matter("岗亭晚上没人，外面的人随便进", _G, 2, 20),
    Matter("门口有人吵架，好像要动手了", _G, 1, 20),
    Matter("门口地砖翘起来了，绊了一跤", _G, 2, 50),
    Matter("我的车位被别人占了，联系不上车主", _P, 5, 25),
    Matter("车位上面的管子滴水，滴到我车上", _P, 2, 40),
    Matter("车位旁边灯坏了，倒车看不见", _P, 2, 30),
    Matter("月卡续了费，进门还是按临停收钱", _N, 3, 20),
    Matter("想租一个车位，现在还有吗", _N, 3, 10),
    Matter("明天停水到几点啊，群里说得不清楚", _N, 3, 10),
    Matter("家里宽带断了，光猫亮红灯", _N, 2, 10),
    Matter("钥匙忘屋里了，有没有开锁师傅电话", _N, 2, 10),
    Matter("前台接电话太不耐烦了，我要投诉", _N, 2, 30),
    Matter("报修两天了没人上门，也没人回个话", _N, 2, 30),
    Matter("表扬一下我们楼的保洁大姐，干活特别仔细", _N, 2, 10),
    Matter("能不能在北门加几个充电桩", _N, 2, 10),
    Matter("外面烧烤摊油烟飘进来，天天熏到半夜", _N, 2, 15),
)

HAPPY_WORDS = ("来得挺快，修好了", "师傅很客气，谢谢", "可以的，没问题了", "弄干净了，满意", "还行", "问题解决了")
UNHAPPY_WORDS = ("又坏了，根本没修好", "等了太久了", "弄得一地脏也不收拾", "说好的时间没来")
