"""The words of the estate: kinds of places, how a dwelling is used, who lives there."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class PlaceKind(StrEnum):
    COMMUNITY = "community"
    PHASE = "phase"
    BUILDING = "building"
    ENTRANCE = "entrance"
    FLOOR = "floor"
    UNIT = "unit"
    GARAGE = "garage"
    ZONE = "zone"
    PARKING = "parking"
    GATE = "gate"
    LIFT = "lift"
    PILLAR = "pillar"
    EQUIPMENT_ROOM = "equipment_room"
    PUBLIC_AREA = "public_area"


PLACE_KIND_LABELS = {
    PlaceKind.COMMUNITY: _("小区"),
    PlaceKind.PHASE: _("期"),
    PlaceKind.BUILDING: _("楼栋"),
    PlaceKind.ENTRANCE: _("单元"),
    PlaceKind.FLOOR: _("楼层"),
    PlaceKind.UNIT: _("房屋"),
    PlaceKind.GARAGE: _("车库"),
    PlaceKind.ZONE: _("车库分区"),
    PlaceKind.PARKING: _("车位"),
    PlaceKind.GATE: _("出入口"),
    PlaceKind.LIFT: _("电梯"),
    PlaceKind.PILLAR: _("柱位"),
    PlaceKind.EQUIPMENT_ROOM: _("设备房"),
    PlaceKind.PUBLIC_AREA: _("公共区域"),
}


class Usage(StrEnum):
    DWELLING = "dwelling"
    SHOP = "shop"
    OFFICE = "office"
    STORAGE = "storage"
    OTHER = "other"


USAGE_LABELS = {
    Usage.DWELLING: _("住宅"),
    Usage.SHOP: _("商铺"),
    Usage.OFFICE: _("办公"),
    Usage.STORAGE: _("储藏"),
    Usage.OTHER: _("其他"),
}


class ParkingKind(StrEnum):
    TITLED = "titled"
    CIVIL_DEFENCE = "civil_defence"
    LEASED = "leased"
    VISITOR = "visitor"
    CHARGING = "charging"
    ACCESSIBLE = "accessible"
    OTHER = "other"


PARKING_KIND_LABELS = {
    ParkingKind.TITLED: _("产权车位"),
    ParkingKind.CIVIL_DEFENCE: _("人防车位"),
    ParkingKind.LEASED: _("租赁车位"),
    ParkingKind.VISITOR: _("访客车位"),
    ParkingKind.CHARGING: _("充电车位"),
    ParkingKind.ACCESSIBLE: _("无障碍车位"),
    ParkingKind.OTHER: _("其他车位"),
}


class OccupancyStatus(StrEnum):
    UNSOLD = "unsold"
    SOLD = "sold"
    HANDED_OVER = "handed_over"
    FITTING_OUT = "fitting_out"
    OCCUPIED = "occupied"
    LET = "let"
    VACANT = "vacant"


OCCUPANCY_LABELS = {
    OccupancyStatus.UNSOLD: _("未售"),
    OccupancyStatus.SOLD: _("已售未交付"),
    OccupancyStatus.HANDED_OVER: _("已交付"),
    OccupancyStatus.FITTING_OUT: _("装修中"),
    OccupancyStatus.OCCUPIED: _("已入住"),
    OccupancyStatus.LET: _("已出租"),
    OccupancyStatus.VACANT: _("空置"),
}


class CustomerKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


CUSTOMER_KIND_LABELS = {CustomerKind.PERSON: _("个人"), CustomerKind.ORGANISATION: _("单位")}


class Relation(StrEnum):
    """What somebody is to the account of a dwelling."""

    OWNER = "owner"
    FAMILY = "family"
    TENANT = "tenant"
    OCCUPANT = "occupant"


RELATION_LABELS = {
    Relation.OWNER: _("业主"),
    Relation.FAMILY: _("家庭成员"),
    Relation.TENANT: _("租户"),
    Relation.OCCUPANT: _("使用人"),
}


class AccountKind(StrEnum):
    ORDINARY = "ordinary"
    DEVELOPER = "developer"
    BUSINESS = "business"


ACCOUNT_KIND_LABELS = {
    AccountKind.ORDINARY: _("普通"),
    AccountKind.DEVELOPER: _("开发商未售"),
    AccountKind.BUSINESS: _("经营合同方"),
}


class ImportState(StrEnum):
    """A workbook: its columns understood, looked at, then ready or refused; taken once, or discarded before."""

    UNMAPPED = "unmapped"
    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"
    TAKING = "taking"
    TAKEN = "taken"
    DISCARDED = "discarded"


IMPORT_STATE_LABELS = {
    ImportState.UNMAPPED: _("待对应列"),
    ImportState.CHECKING: _("核对中"),
    ImportState.READY: _("待导入"),
    ImportState.REFUSED: _("有错误"),
    ImportState.TAKING: _("导入中"),
    ImportState.TAKEN: _("已导入"),
    ImportState.DISCARDED: _("已作废"),
}
