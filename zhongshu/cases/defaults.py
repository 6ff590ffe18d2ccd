"""The directory of bodies to refer people to, as shipped: national numbers, and local ones for each site to fill in.

Written after each `migrate` rather than inside a migration, so that an emptied database has its directory again. The
numbers are public knowledge; those in force in a town may differ, which is why a site's own line takes their place.
"""

from typing import Any

from django.apps.registry import Apps
from django.apps.registry import apps as installed

_ALWAYS = "24小时"  # matter
_OFFICE = "工作日 9:00–17:00"  # matter

#: code, name, number, hours, what for; first what is for life and limb.
ROWS = (
    ("police", "公安报警", "110", _ALWAYS, "盗窃、斗殴、扰民、诈骗、走失和一切危及安全的事"),  # matter
    ("fire_brigade", "消防救援", "119", _ALWAYS, "火灾、被困、危险品泄漏、摘除马蜂窝"),  # matter
    ("ambulance", "医疗急救", "120", _ALWAYS, "突发疾病、受伤、昏迷、中毒"),  # matter
    ("traffic_police", "交通事故报警", "122", _ALWAYS, "道路交通事故、道路上挪车"),  # matter
    ("gas_company", "燃气公司", "", _ALWAYS, "燃气泄漏、表后管道、停气和改管"),  # matter
    ("power_company", "国家电网", "95598", _ALWAYS, "停电、电表、欠费停电、电费账单；南方电网同号"),  # matter
    ("water_company", "自来水公司", "", _ALWAYS, "市政停水、水表、水质、水费"),  # matter
    ("heating_company", "供热公司", "", _ALWAYS, "暖气不热、供热费、停暖"),  # matter
    ("registered_locksmith", "备案开锁企业", "", _ALWAYS, "开锁、换锁芯；只介绍公安备案的企业，不代收费用"),  # matter
    ("city_hotline", "政务服务便民热线", "12345", _ALWAYS, "各类政务咨询、投诉和求助；不知道归谁管时打这个"),  # matter
    ("housing_authority", "住建（房管）部门", "", _OFFICE, "房屋质量保修、维修资金、物业服务监管"),  # matter
    ("city_management", "城市管理", "12319", _ALWAYS, "违法搭建、占道经营、噪声油烟、市政设施"),  # matter
    ("street_office", "街道办事处", "", _OFFICE, "物业管理指导、业主大会和业委会、邻里调解"),  # matter
    ("community_committee", "社区居委会", "", _OFFICE, "居住证明、困难帮扶、邻里纠纷调解、养犬和养老"),  # matter
    ("legal_aid", "公共法律服务", "12348", _ALWAYS, "法律咨询、法律援助、人民调解"),  # matter
    ("consumers", "消费者投诉", "12315", _ALWAYS, "商家、装修公司、快递和商品的消费纠纷"),  # matter
    ("labour", "人力资源和社会保障", "12333", _OFFICE, "社保、工资拖欠、劳动争议"),  # matter
    ("telecom_operator", "中国电信", "10000", _ALWAYS, "电信宽带、固话和手机"),  # matter
    ("china_unicom", "中国联通", "10010", _ALWAYS, "联通宽带和手机"),  # matter
    ("china_mobile", "中国移动", "10086", _ALWAYS, "移动宽带和手机"),  # matter
    ("china_broadnet", "中国广电", "10099", _ALWAYS, "有线电视、广电宽带和手机"),  # matter
    ("environment", "生态环境投诉", "12369", _ALWAYS, "工业噪声、废气废水、建筑工地夜间施工"),  # matter
    ("health", "卫生健康", "12320", _ALWAYS, "二次供水卫生、传染病、医疗投诉"),  # matter
    ("anti_fraud", "反诈专线", "96110", _ALWAYS, "接到可疑电话、怀疑或已经被骗"),  # matter
    ("mind", "心理援助", "12356", _ALWAYS, "情绪低落、家庭变故、想不开"),  # matter
    ("women", "妇女维权", "12338", _OFFICE, "家庭暴力、妇女儿童权益；正在发生的打110"),  # matter
    ("youth", "青少年服务", "12355", _OFFICE, "未成年人保护、青少年心理"),  # matter
    ("housing_fund", "住房公积金", "12329", _OFFICE, "公积金提取和贷款"),  # matter
    ("transport", "交通运输", "12328", _ALWAYS, "出租车、公交、客运"),  # matter
    ("tax", "税务", "12366", _OFFICE, "契税、发票、个人所得税"),  # matter
    ("safety", "安全生产举报", "12350", _ALWAYS, "违规动火、危险作业、安全隐患"),  # matter
)


def seed(using: str, apps: Apps = installed, **signal: Any) -> None:
    """Receiver of `post_migrate` (sent by `migrate` and `flush`): adds the lines that are not there."""
    if "referralbody" not in apps.all_models["cases"]:
        return  # brought back to before there was a directory
    body = apps.get_model("cases", "ReferralBody")
    there = set(body.objects.using(using).filter(site=None).values_list("code", flat=True))
    body.objects.using(using).bulk_create(
        body(code=code, name=name, phone=phone, hours=hours, covers=covers, position=position)
        for position, (code, name, phone, hours, covers) in enumerate(ROWS, start=1)
        if code not in there
    )
