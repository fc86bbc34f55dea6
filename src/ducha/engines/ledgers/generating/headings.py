"""How units write the heads of their ledgers: spellings of both credit-publicity standards and of real files."""

from ducha.engines.ledgers.kinds import COMMON, KINDS

# Kind → column → heading, after the standard of 2015 (codes), of 2018 (codes, then titles), and as met in real files.
# Whatever is not named here bears its own title.
_PENALTY_2015 = {
    "region": "DFBM",
    "document_number": "CF_WSH",
    "title": "CF_CFMC",
    "category": "CF_CFLB1",
    "facts": "CF_SY",
    "basis": "CF_YJ",
    "party_name": "CF_XDR_MC",
    "uscc": "CF_XDR_SHXYM",
    "identity_number": "CF_XDR_SFZ",
    "legal_representative": "CF_FR",
    "content": "CF_JG",
    "decided_on": "CF_JDRQ",
    "valid_until": "CF_JZRQ",
    "status": "CF_ZT",
    "remark": "BZ",
    "fine": "罚款金额",
}
_PENALTY_2018_CODES = {
    "document_number": "CF_WSH",
    "party_kind": "CF_XDR_LB",
    "party_name": "CF_XDR_MC",
    "uscc": "CF_XDR_SHXYM",
    "identity_kind": "CF_XDR_ZJLX",
    "identity_number": "CF_XDR_ZJHM",
    "legal_representative": "CF_FRDB",
    "violation": "CF_WFXW",
    "facts": "CF_SY",
    "basis": "CF_YJ",
    "category": "CF_CFLB",
    "content": "CF_NR",
    "fine": "CF_NR_FK",
    "confiscated": "CF_NR_WFFF",
    "decided_on": "CF_JDRQ",
    "valid_until": "CF_YXQ",
    "publish_until": "CF_GSJZQ",
    "authority_uscc": "CF_CFJGDM",
    "remark": "BZ",
}
_PENALTY_2018_TITLES = {
    "uscc": "行政相对人代码_1(统一社会信用代码)",
    "identity_kind": "自然人证件类型",
    "identity_number": "自然人证件号码",
    "fine": "罚款金额（万元）",
    "confiscated": "没收违法所得、没收非法财物的金额（万元）",
}
_PENALTY_MET = {
    "document_number": "决定书文号",
    "title": "案件名称",
    "party_name": "被处罚当事人",
    "identity_number": "居民身份证号",
    "legal_representative": "法定代表人（或单位负责人）",
    "facts": "违反法律、法规或规章的主要事实",
    "basis": "行政处罚依据",
    "content": "行政处罚决定",
    "decided_on": "作出行政处罚的日期",
    "fine": "应缴罚款金额",
}
_LICENCE_2015 = {
    "region": "地方编码",
    "document_number": "行政许可决定书文号",
    "title": "项目名称",
    "category": "审批类别",
    "uscc": "行政相对人代码_1 (统一社会信用代码)",
    "legal_representative": "法定代表人姓名",
    "licence_number": "行政许可编码",
    "valid_until": "许可截止期",
}
_LICENCE_2018_CODES = {
    "document_number": "XK_WSH",
    "title": "XK_XKWS",
    "category": "XK_XKLB",
    "content": "XK_NR",
    "party_kind": "XK_XDR_LB",
    "party_name": "XK_XDR_MC",
    "uscc": "XK_XDR_SHXYM",
    "identity_kind": "XK_XDR_ZJLX",
    "identity_number": "XK_XDR_ZJHM",
    "legal_representative": "XK_FRDB",
    "licence_number": "XK_XKBH",
    "decided_on": "XK_JDRQ",
    "valid_from": "XK_YXQZ",
    "valid_until": "XK_YXQZI",
    "authority_uscc": "XK_XKJGDM",
    "status": "XK_ZT",
    "remark": "BZ",
}
_LICENCE_2018_TITLES = {
    "title": "行政许可决定文书名称",
    "uscc": "行政相对人代码_1(统一社会信用代码)",
    "identity_kind": "自然人证件类型",
    "identity_number": "自然人证件号码",
}
_LICENCE_MET = {
    "document_number": "许可决定书文号",
    "party_name": "企业名称或自然人姓名",
    "identity_number": "居民身份证号码",
}

HEADINGS: dict[str, dict[str, dict[str, str]]] = {
    "2015": {"penalty": _PENALTY_2015, "licence": _LICENCE_2015},
    "2018 codes": {"penalty": _PENALTY_2018_CODES, "licence": _LICENCE_2018_CODES},
    "2018 titles": {
        "penalty": _PENALTY_2018_TITLES,
        "licence": _LICENCE_2018_TITLES,
        "annual_report": {"amount": "罚没金额（万元）"},
    },
    "met": {"penalty": _PENALTY_MET, "licence": _LICENCE_MET},
    "own": {},
}
# Codes that count in 万元 without saying so (双公示 2018).
_IN_WAN = {"CF_NR_FK", "CF_NR_WFFF"}
# The heading under which a unit names itself where it has no column 单位.
AUTHORITY = "处罚机关"


def heading(names: str, kind: str, column: str) -> str:
    """The heading of a column in files of one sort."""
    found = HEADINGS[names].get(kind, {}).get(column)
    return found or next(own.title for own in (*COMMON, *KINDS[kind].columns) if own.name == column)


def is_in_wan(title: str) -> bool:
    """Whether amounts below this heading are in 万元."""
    return title in _IN_WAN or title.endswith("（万元）")
