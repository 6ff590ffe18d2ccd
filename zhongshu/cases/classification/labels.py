"""The words a classification is made of, each with the Chinese label that staff read."""

from enum import StrEnum


class Category(StrEnum):
    """What a matter is about."""

    PLUMBING = "plumbing"
    ELECTRICAL = "electrical"
    ELEVATOR = "elevator"
    BUILDING_FABRIC = "building_fabric"
    ACCESS_CONTROL = "access_control"
    FIRE_SAFETY = "fire_safety"
    SECURITY_ORDER = "security_order"
    PARKING = "parking"
    CLEANING = "cleaning"
    LANDSCAPING = "landscaping"
    NOISE_NEIGHBOUR = "noise_neighbour"
    DECORATION = "decoration"
    BILLING = "billing"
    SERVICE_ATTITUDE = "service_attitude"
    CONSULT = "consult"
    OUT_OF_SCOPE = "out_of_scope"


class Team(StrEnum):
    """Who in the house takes the matter on."""

    ENGINEERING = "engineering"
    SECURITY = "security"
    ENVIRONMENT = "environment"
    CUSTOMER_SERVICE = "customer_service"
    FINANCE = "finance"
    QUALITY = "quality"


class Urgency(StrEnum):
    """P1 life, fire, flood; P2 urgent; P3 normal; P4 enquiry. The smaller string is the more urgent."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Referral(StrEnum):
    """Bodies outside the house to which a matter is handed over warm."""

    GAS_COMPANY = "gas_company"
    FIRE_BRIGADE = "119"
    POLICE = "110"
    AMBULANCE = "120"
    HOUSING_AUTHORITY = "housing_authority"
    CITY_MANAGEMENT = "city_management"
    REGISTERED_LOCKSMITH = "registered_locksmith"
    TELECOM_OPERATOR = "telecom_operator"
    CITY_HOTLINE = "12345"
    LEGAL_AID = "12348"


CATEGORIES: dict[Category, str] = {
    Category.PLUMBING: "给排水",
    Category.ELECTRICAL: "供电照明",
    Category.ELEVATOR: "电梯",
    Category.BUILDING_FABRIC: "房屋本体",
    Category.ACCESS_CONTROL: "门禁监控",
    Category.FIRE_SAFETY: "消防安全",
    Category.SECURITY_ORDER: "治安秩序",
    Category.PARKING: "车辆停放",
    Category.CLEANING: "环境卫生",
    Category.LANDSCAPING: "绿化",
    Category.NOISE_NEIGHBOUR: "噪声与邻里",
    Category.DECORATION: "装修",
    Category.BILLING: "收费",
    Category.SERVICE_ATTITUDE: "服务质量",
    Category.CONSULT: "咨询建议表扬",
    Category.OUT_OF_SCOPE: "职责范围外",
}

TEAMS: dict[Team, str] = {
    Team.ENGINEERING: "工程",
    Team.SECURITY: "秩序",
    Team.ENVIRONMENT: "环境",
    Team.CUSTOMER_SERVICE: "客服",
    Team.FINANCE: "财务",
    Team.QUALITY: "品质",
}

URGENCIES: dict[Urgency, str] = {
    Urgency.P1: "紧急：危及生命、火灾或水浸",
    Urgency.P2: "急",
    Urgency.P3: "一般",
    Urgency.P4: "咨询",
}

REFERRALS: dict[Referral, str] = {
    Referral.GAS_COMPANY: "燃气公司",
    Referral.FIRE_BRIGADE: "消防 119",
    Referral.POLICE: "公安 110",
    Referral.AMBULANCE: "急救 120",
    Referral.HOUSING_AUTHORITY: "住建部门",
    Referral.CITY_MANAGEMENT: "城管",
    Referral.REGISTERED_LOCKSMITH: "备案开锁企业",
    Referral.TELECOM_OPERATOR: "通信运营商",
    Referral.CITY_HOTLINE: "12345 政务热线",
    Referral.LEGAL_AID: "12348 法律援助",
}
