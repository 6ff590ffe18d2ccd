"""The sheets of the estate's workbook. Pure."""

from typing import Final

from zhongshu.estate.importing.addresses import ADDRESS_PARTS, split_address
from zhongshu.estate.importing.looks import looks_like_area, looks_like_day, looks_like_identity, looks_like_phone
from zhongshu.estate.kinds import CustomerKind, OccupancyStatus, ParkingKind, PlaceKind, Relation, Usage
from zhongshu.estate.workbooks.sheets import Column, Combined, SheetSpec

USAGES: Final = {
    "住宅": Usage.DWELLING, "商铺": Usage.SHOP, "办公": Usage.OFFICE, "储藏": Usage.STORAGE, "其他": Usage.OTHER,
    "住房": Usage.DWELLING, "居住": Usage.DWELLING, "商业": Usage.SHOP, "门面": Usage.SHOP, "底商": Usage.SHOP,
    "商业用房": Usage.SHOP, "写字楼": Usage.OFFICE, "储藏室": Usage.STORAGE, "储物间": Usage.STORAGE,
}  # fmt: skip
STATUSES: Final = {
    "未售": OccupancyStatus.UNSOLD, "已售未交付": OccupancyStatus.SOLD, "已交付": OccupancyStatus.HANDED_OVER,
    "装修中": OccupancyStatus.FITTING_OUT, "已入住": OccupancyStatus.OCCUPIED, "已出租": OccupancyStatus.LET,
    "空置": OccupancyStatus.VACANT, "已售": OccupancyStatus.SOLD, "未交付": OccupancyStatus.SOLD,
    "交付": OccupancyStatus.HANDED_OVER, "已收房": OccupancyStatus.HANDED_OVER, "装修": OccupancyStatus.FITTING_OUT,
    "入住": OccupancyStatus.OCCUPIED, "自住": OccupancyStatus.OCCUPIED, "出租": OccupancyStatus.LET,
    "空关": OccupancyStatus.VACANT,
}  # fmt: skip
CUSTOMER_KINDS: Final = {
    "个人": CustomerKind.PERSON, "单位": CustomerKind.ORGANISATION, "自然人": CustomerKind.PERSON,
    "企业": CustomerKind.ORGANISATION, "公司": CustomerKind.ORGANISATION, "机构": CustomerKind.ORGANISATION,
}  # fmt: skip
RELATIONS: Final = {
    "业主": Relation.OWNER, "家庭成员": Relation.FAMILY, "租户": Relation.TENANT, "使用人": Relation.OCCUPANT,
    "产权人": Relation.OWNER, "家属": Relation.FAMILY, "家人": Relation.FAMILY, "租客": Relation.TENANT,
    "承租人": Relation.TENANT, "住户": Relation.OCCUPANT,
}  # fmt: skip
PARKING_KINDS: Final = {
    "产权车位": ParkingKind.TITLED, "人防车位": ParkingKind.CIVIL_DEFENCE, "租赁车位": ParkingKind.LEASED,
    "访客车位": ParkingKind.VISITOR, "充电车位": ParkingKind.CHARGING, "无障碍车位": ParkingKind.ACCESSIBLE,
    "其他": ParkingKind.OTHER, "产权": ParkingKind.TITLED, "人防": ParkingKind.CIVIL_DEFENCE,
    "租赁": ParkingKind.LEASED, "公共": ParkingKind.LEASED, "访客": ParkingKind.VISITOR,
    "充电": ParkingKind.CHARGING, "无障碍": ParkingKind.ACCESSIBLE, "普通": ParkingKind.OTHER,
    "标准": ParkingKind.OTHER, "其他车位": ParkingKind.OTHER,
}  # fmt: skip
PUBLIC_KINDS: Final = {
    "门岗": PlaceKind.GATE, "电梯": PlaceKind.LIFT, "柱位": PlaceKind.PILLAR, "设备房": PlaceKind.EQUIPMENT_ROOM,
    "公共区域": PlaceKind.PUBLIC_AREA, "出入口": PlaceKind.GATE, "大门": PlaceKind.GATE, "其他": PlaceKind.PUBLIC_AREA,
}  # fmt: skip
_X = Column("x", "在平面图上的横坐标，0 到 1000，可不填")
_Y = Column("y", "在平面图上的纵坐标，0 到 1000，可不填")

UNITS: Final = SheetSpec(
    "房屋",
    (
        Column(
            "期",
            "如 一期；“1期”“第一期”“P1”都一样，编码写作 P1；东区、A区等照写；不分期的不填",
            also_called=("期区", "组团", "分期", "区"),
        ),
        Column(
            "楼栋",
            "如 1；“1栋”“1号楼”“1#”都一样，A座写作 A",
            is_required=True,
            also_called=("楼号", "栋", "栋号", "楼栋号", "幢"),
            is_text=True,
        ),
        Column("单元", "如 1；“1单元”“一单元”都一样；商铺等没有单元的不填", also_called=("单元号",), is_text=True),
        Column(
            "楼层",
            "如 15，地下写 B1 或 -1；不填时由房号推出（1502 是 15 楼）",
            also_called=("层", "所在楼层"),
            is_text=True,
        ),
        Column(
            "房号",
            "照现场门牌写：0101 就写 0101，101 就写 101",
            is_required=True,
            also_called=("房间号", "室号", "门牌号"),
            is_text=True,
        ),
        Column("建筑面积", "平方米", looks=looks_like_area),
        Column("套内面积", "平方米，不大于建筑面积", looks=looks_like_area),
        Column("用途", "不填为住宅", also_called=("房屋用途",), words=USAGES),
        Column("状态", "现在的入住状态", also_called=("入住状态", "房屋状态"), words=STATUSES),
        Column("交付日期", "如 2024-03-05", also_called=("收房日期",), is_text=True, looks=looks_like_day),
        Column(
            "客户姓名", "没有客户的房屋不填；一户多人写多行", also_called=("姓名", "业主姓名", "客户名称"), width=16
        ),
        Column("客户类型", "不填时按名称判断（…公司为单位）", words=CUSTOMER_KINDS),
        Column("身份", "不填为业主；第二个业主登记为共有人", also_called=("客户身份", "与业主关系"), words=RELATIONS),
        Column(
            "手机号",
            "手机或带区号的座机；几个号码用、隔开",
            also_called=("电话", "联系电话", "手机", "手机号码", "联系方式"),
            is_text=True,
            width=16,
            looks=looks_like_phone,
        ),
        Column(
            "证件号",
            "身份证会核对校验位；单位填统一社会信用代码",
            also_called=("身份证号", "证件号码"),
            is_text=True,
            width=22,
            looks=looks_like_identity,
        ),
        Column("入住日期", "业主从这一天起算；不填时用交付日期，再没有用导入当天", is_text=True, looks=looks_like_day),
    ),
    is_main=True,
    combined=(
        Combined(
            "完整房号",
            "一格里写全的房号，如 1-2-1502、1栋2单元1502室；拆成期、楼栋、单元、房号",
            parts=tuple(ADDRESS_PARTS),
            split=split_address,
            also_called=("房屋编号", "房产编号", "房屋", "房间", "房产", "房屋地址", "房间编号", "资产编号"),
        ),
    ),
    passes=2,
)
PARKING: Final = SheetSpec(
    "车位",
    (
        Column("车库层", "如 B1；“负一层”“-1”都一样；地面写 地面", is_required=True, also_called=("层",), is_text=True),
        Column("分区", "如 A；不分区的不填", is_text=True),
        Column("车位号", "同一车库层内不重复，如 236", is_required=True, also_called=("车位编号",), is_text=True),
        Column("类型", "", also_called=("车位类型",), words=PARKING_KINDS),
        Column("面积", "平方米", looks=looks_like_area),
        Column("归属房屋", "如 P1-1-1-101；归到它现在的户", also_called=("房屋", "归属房号"), is_text=True, width=18),
        _X,
        _Y,
    ),
)  # fmt: skip
PUBLIC: Final = SheetSpec(
    "公共位置",
    (
        Column("类别", "", is_required=True, words=PUBLIC_KINDS),
        Column("编码", "门岗、柱位、电梯可不填，如 PUB-GATE-E 自动生成；其余没有编号时必填", is_text=True, width=18),
        Column("名称", "如 东门、高压配电房", width=18),
        Column("所属", "楼栋、单元或车库的编码，如 P1-3-2", is_text=True),
        Column("车库层", "柱位必填，如 B1", is_text=True),
        Column("分区", "如 B", is_text=True),
        Column("编号", "柱号如 23；电梯写 左、右或 1、2", is_text=True),
        _X,
        _Y,
    ),
)  # fmt: skip
ALL: Final = (UNITS, PARKING, PUBLIC)
NOTES: Final = (
    "中枢 · 房产导入模板。表头在第 1 行，不要改列名；列的顺序可以不同，多余的列会被忽略。",
    "示例（房屋）：一期｜1｜1｜（空）｜101｜89.5｜72.3｜住宅｜已入住｜2024-03-05｜王小明｜个人｜业主｜138…",
    "　→ 编码 P1-1-1-101；楼层由房号推出，户从交付日期起算。",
    "同一房屋的其他人（家庭成员、租户、使用人、共有业主）另起一行，房屋各列可以照抄或只填期、楼栋、单元、房号。",
    "有任何一行出错就什么都不导入；请下载错误表，改好后整份再传。重复导入同一份不会产生重复。",
    "空着的格子不会改动已有的数据。换业主不能靠导入，请在系统里办理“过户”。",
    "未售房屋可不填客户；填开发商（单位）为业主时，归入项目的开发商户。",
)
