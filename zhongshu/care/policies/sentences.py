"""Why points moved, in two sentences: for staff, and fit for the customer to read."""

from zhongshu.care.kinds import Rule

# matter: what the ledger keeps
_ARREARS = {
    Rule.ARREARS_3: "物业费欠满 {months} 个月",  # matter
    Rule.ARREARS_4: "物业费欠满 {months} 个月，管家电话了解需求",  # matter
    Rule.ARREARS_5: "物业费欠满 {months} 个月，管家上门了解需求",  # matter
    Rule.ARREARS_6: "物业费欠满 {months} 个月，管家和主管上门",  # matter
    Rule.ARREARS_12: "物业费欠满 {months} 个月，递交催费通知书",  # matter
    Rule.ARREARS_LEGAL: "催费通知书期满后仍未交清，转法务",  # matter
}
_COMPLAINT = {
    Rule.COMPLAINT_NOT_UPHELD: "投诉或建议 {number}：经裁定为非有效，已说明",  # matter
    Rule.COMPLAINT_ORDINARY: "投诉 {number}：裁定为有效性一般投诉",  # matter
    Rule.COMPLAINT_MEDIUM: "投诉 {number}：裁定为有效性中等投诉",  # matter
    Rule.COMPLAINT_MAJOR: "投诉 {number}：裁定为有效性重大投诉",  # matter
}


def of_arrears(rule: str, months: int) -> tuple[str, str]:
    """For staff and for the customer."""
    staff = _ARREARS[Rule(rule)].format(months=months)
    if rule == Rule.ARREARS_LEGAL:
        return staff, "催费通知书约定的期限已过，其中的费用仍有未交清的。"  # matter
    return staff, f"物业费有 {months} 个月未交。"  # matter


def of_complaint(rule: str, number: str) -> tuple[str, str]:
    """For staff and for the customer."""
    return _COMPLAINT[Rule(rule)].format(number=number), f"您反映的事项 {number} 已受理并作出认定。"  # matter


def of_prepayment(until: str) -> tuple[str, str]:
    """`until`: the last prepaid day. For staff and for the customer."""
    return f"物业费预交至 {until}，金章客户", f"感谢您把物业费预交至 {until}。"  # matter
