"""The kinds of enforcement ledger (台账): their columns, which of them a row must have, and which are personal.

Fields after the two credit-publicity standards (双公示 2015 and 2018), the national service-item table and the annual
statistics; columns that no standard has (公示日期, 一窗 …) are named in docs/how-to.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Type(StrEnum):
    """What stands in a column. A day is a DATE, an amount a DECIMAL(18,2) in yuan, a flag a BOOLEAN."""

    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    AMOUNT = "amount"
    FLAG = "flag"


SQL_TYPES = {
    Type.TEXT: "VARCHAR",
    Type.DAY: "DATE",
    Type.NUMBER: "BIGINT",
    Type.AMOUNT: "DECIMAL(18,2)",
    Type.FLAG: "BOOLEAN",
}


@dataclass(frozen=True)
class Column:
    """A column of a ledger: its name in rules and files, its title on pages, and how it is treated."""

    name: str
    type: Type
    title: str
    # A row without it is rejected.
    required: bool
    # Of a person: masked on screen and in exports unless the role may see it.
    personal: bool


@dataclass(frozen=True)
class Kind:
    """A kind of ledger; `key` names a row for people, `dated` is the day by whose year a row belongs to a period."""

    id: str
    title: str
    key: str
    dated: str | None
    columns: tuple[Column, ...]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Every column, the common ones too."""
        return {column.name: column for column in (*COMMON, *self.columns)}

    def bit(self, column: str) -> int:
        """The column's bit in `given`, by its place among the kind's own columns."""
        return 1 << next(at for at, own in enumerate(self.columns) if own.name == column)


def _columns(text: str) -> tuple[Column, ...]:
    found = []
    for line in text.strip().splitlines():
        name, kind, title, *signs = line.split()
        found.append(Column(name, Type(kind), title, "!" in signs, "*" in signs))
    return tuple(found)


# Before a kind's own columns in every canonical file. `given` has the bit of each column that the row's source had at
# all: a blank cell is a fact about the row, a column that was never sent is not.
# `original` keeps, as a JSON object by column, the text of each cell that reading changed; null where none was.
COMMON = _columns("""
unit         text    单位 !
region       text    行政区划
source       text    来源文件 !
source_row   number  来源行号 !
given        number  所报列 !
original     text    原文
""")

KINDS: dict[str, Kind] = {}


def _kind(name: str, title: str, *, key: str, dated: str | None, columns: str) -> None:
    KINDS[name] = Kind(name, title, key, dated, _columns(columns))


_kind(
    "penalty",
    "行政处罚",
    key="document_number",
    dated="decided_on",
    columns="""
document_number          text    行政处罚决定书文号 !
title                    text    处罚名称
party_kind               text    行政相对人类别
party_name               text    行政相对人名称
uscc                     text    统一社会信用代码
organisation_code        text    组织机构代码
registration_number      text    工商注册号
tax_number               text    税务登记号
identity_kind            text    证件类型
identity_number          text    证件号码 *
legal_representative     text    法定代表人 *
representative_identity  text    法定代表人证件号码 *
violation                text    违法行为类型
facts                    text    违法事实
basis                    text    处罚依据
category                 text    处罚类别
content                  text    处罚内容
fine                     amount  罚款金额
confiscated              amount  没收金额
licence_revoked          text    暂扣或吊销证照
decided_on               day     处罚决定日期 !
valid_until              day     处罚有效期
publish_until            day     公示截止期
authority_uscc           text    处罚机关统一社会信用代码
status                   text    当前状态
remark                   text    备注
filed_on                 day     立案日期
procedure                text    处罚程序
is_major                 flag    是否重大
reviewed_on              day     法制审核日期
reviewer                 text    法制审核人 *
review_opinion           text    法制审核结论
is_heard                 flag    是否听证
officer1                 text    执法人员1证号
officer2                 text    执法人员2证号
published_on             day     公示日期
published_at             text    公示网址
nondisclosure_reason     text    不公开理由
served_on                day     送达日期
recording_number         text    音像记录编号
revoked_on               day     撤销或变更日期
taken_down_on            day     撤下公示日期
""",
)
_kind(
    "licence",
    "行政许可",
    key="document_number",
    dated="decided_on",
    columns="""
document_number          text    行政许可决定文书号 !
title                    text    许可项目名称
category                 text    许可类别
content                  text    许可内容
party_kind               text    行政相对人类别
party_name               text    行政相对人名称
uscc                     text    统一社会信用代码
organisation_code        text    组织机构代码
registration_number      text    工商注册号
tax_number               text    税务登记号
identity_kind            text    证件类型
identity_number          text    证件号码 *
legal_representative     text    法定代表人 *
licence_number           text    许可编号
applied_on               day     申请日期
accepted_on              day     受理日期
decided_on               day     许可决定日期 !
valid_from               day     有效期自
valid_until              day     有效期至
served_on                day     送达日期
promised_days            number  承诺时限
is_online                flag    是否网办
authority_uscc           text    许可机关统一社会信用代码
status                   text    当前状态
published_on             day     公示日期
published_at             text    公示网址
nondisclosure_reason     text    不公开理由
remark                   text    备注
""",
)
_kind(
    "coercion",
    "行政强制",
    key="document_number",
    dated="imposed_on",
    columns="""
document_number          text    强制决定书文号 !
measure                  text    强制种类
party_name               text    行政相对人名称
uscc                     text    统一社会信用代码
identity_number          text    证件号码 *
imposed_on               day     实施日期 !
expires_on               day     期限届满日期
is_extended              flag    是否延长
lifted_on                day     解除日期
is_recorded              flag    是否全程音像记录
recording_number         text    音像记录编号
officer1                 text    执法人员1证号
officer2                 text    执法人员2证号
published_on             day     公示日期
published_at             text    公示网址
nondisclosure_reason     text    不公开理由
""",
)
_kind(
    "inspection_record",
    "行政检查",
    key="record_number",
    dated="inspected_on",
    columns="""
record_number            text    检查编号 !
draw_batch               text    双随机批次
party_name               text    检查对象
uscc                     text    统一社会信用代码
officer1                 text    检查人员1证号
officer2                 text    检查人员2证号
inspected_on             day     检查日期 !
result                   text    检查结果
published_on             day     公示日期
published_at             text    公示网址
nondisclosure_reason     text    不公开理由
""",
)
_kind(
    "service_item",
    "政务服务事项",
    key="task_code",
    dated=None,
    columns="""
task_code                text    实施编码 !
title                    text    事项名称 !
task_kind                text    事项类型
task_state               text    事项状态
is_online                flag    是否网办
online_depth             text    网上办理深度
visits                   number  到办事现场次数
is_in_hall               flag    是否进驻政务大厅
is_single_window         flag    是否一窗受理
special_site_reason      text    特殊场地要求
""",
)
_kind(
    "officer",
    "执法人员",
    key="certificate_number",
    dated=None,
    columns="""
certificate_number       text    执法证号 !
name                     text    姓名 ! *
issued_on                day     取得日期
expires_on               day     有效期至
certificate_state        text    证件状态
category                 text    执法类别
is_legal_reviewer        flag    是否法制审核人员
qualification_number     text    法律职业资格证号 *
""",
)
_kind(
    "normative_document",
    "规范性文件",
    key="document_number",
    dated="published_on",
    columns="""
document_number          text    文号 !
title                    text    文件名称
submitted_on             day     送审日期
reviewed_on              day     审核意见日期
review_opinion           text    审核结论
discussed_on             day     集体讨论日期
published_on             day     公布日期 !
filed_on                 day     备案日期
expires_on               day     有效期至
is_urgent                flag    是否紧急
status                   text    状态
""",
)
_kind(
    "start_up",
    "企业开办",
    key="application_number",
    dated="applied_on",
    columns="""
application_number       text    申请编号 !
party_name               text    企业名称
uscc                     text    统一社会信用代码
applied_on               day     设立申请日期 !
approved_on              day     设立核准日期
sealed_on                day     刻章完成日期
taxed_on                 day     涉税办理日期
insured_on               day     社保登记日期
is_single_window         flag    是否一窗
""",
)
_kind(
    "annual_report",
    "年度报告",
    key="report_number",
    dated=None,
    columns="""
report_number            text    编号 !
report_kind              text    报告类型 !
year                     number  年度 !
submitted_on             day     报送日期
published_on             day     公开日期
published_at             text    公开网址
warnings                 number  警告、通报批评
fines                    number  罚款
confiscations            number  没收
suspensions              number  暂扣许可证件、降低资质等级
revocations              number  吊销许可证件
restrictions             number  限制开展生产经营活动
closures                 number  责令停产停业、关闭、限制从业
detentions               number  行政拘留
others                   number  其他行政处罚
total                    number  合计（宗）
amount                   amount  罚没金额
""",
)
_kind(
    "publication",
    "公示平台记录",
    key="document_number",
    dated="published_on",
    columns="""
document_number          text    公示文号 !
act                      text    决定类别
published_on             day     公示日期 !
published_at             text    公示网址
taken_down_on            day     撤下日期
""",
)
