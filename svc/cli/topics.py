"""The help topics, each a short page in two languages; and the exit codes, each in one sentence. Data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from svc.domain.refusal import Text

EXITS: Mapping[int, Text] = {
    0: Text("办成；查无结果也是 0", "done; finding nothing is 0 too"),
    1: Text("核查发现了问题，或有到期的待办", "a check found something, or something is due"),
    2: Text("写法看不懂：选项、字段、值、时间", "words or values that cannot be read"),
    3: Text("找不到，或不止一个", "not found, or ambiguous"),
    4: Text(
        "看得懂，但程序不允许：状态、角色、缺字段或凭证、次序、已装订",
        "readable, but the procedure does not allow it: state, role, missing field or evidence, order, bound",
    ),
    5: Text("冲突：别人正在写、单据已变、--expect 不符、同步", "conflict: lock, concurrent change, --expect, sync"),
    6: Text(
        "环境：没有记录库、不知道是谁、文件读不了、磁盘",
        "environment: no repository, no identity, unreadable file, disk",
    ),
    70: Text("软件内部出错", "a bug in svc"),
    129: Text("终端关闭", "the terminal was closed"),
    130: Text("被 Ctrl-C 中断", "interrupted by Ctrl-C"),
    143: Text("被系统终止", "terminated by the system"),
}


@dataclass(frozen=True, slots=True)
class Topic:
    """One page: what it is about in one line, and the page."""

    help: Text
    page: Text


TOPICS: Mapping[str, Topic] = {
    "time": Topic(
        Text("时间怎么写，时限怎么算", "how to write times, how limits count"),
        Text(
            """\
写法：
  2026-11-23 15:20   11-23 15:20   15:20   今天 15:20   昨天 15:20
  -2h   -30m   -1d   2026-11-23T15:20:05+08:00
不带时区的按记录库的时区（records/svc.yaml）。别的写法一律拒绝，不猜。

--at 给出实际发生的时间；记下的时间由软件写。实际时间不得在将来，也不得早于上一步。
--as-of 使查看的命令按那一刻计算；SVC_NOW 固定时钟（演示、测试用）。

时限由数据推算，从不存储。小时和分钟按实际时间计，写明日历的按其工作时间计；几天则算到第几天的 24:00，起算日不计。
怎样算出，逐段可查：svc explain 编号    某个时限是什么：svc explain 表单.时限
恰好到点算按时。超期不拦：照办、计入，但欠一条理由，可随此步或以后任何一步用 --reason 补。
程序没有写明的数为“未设定”，软件不编造：svc setting list。""",
            """\
Forms:
  2026-11-23 15:20   11-23 15:20   15:20   today 15:20   yesterday 15:20
  -2h   -30m   -1d   2026-11-23T15:20:05+08:00
Without an offset they are local to the repository (records/svc.yaml). Anything else is refused, never guessed.

--at tells when it really happened; when it was written down is noted by svc. It may not lie in the future, nor before
the step before. --as-of makes reading commands reckon at that time; SVC_NOW fixes the clock (demo, tests).

Limits are derived from the data and never stored. Hours and minutes are real time, or a calendar's working time; N days
end at 24:00 of the Nth following day. How one came out: svc explain ID; what it is: svc explain FORM.CLOCK. Exactly on
time is on time. Late is not blocked: it goes through, is counted, and owes a reason, payable with --reason on this or
any later step. What the procedure leaves open is "not set" and never invented: svc setting list.""",
        ),
    ),
    "values": Topic(
        Text("字段和值怎么写", "how to write fields and values"),
        Text(
            """\
  字段=值                 reporter.name=王建国    到达时间=15:20    mode=上门
  列表加一项              assigned_to+=zhang.wei
  列表中的一项            parts.0.qty=2
  整个列表或一组          parts:='[{"part": "P-1", "qty": 1}]'
  长文                    repair_detail@=文件    repair_detail=-（标准输入）
字段名可以只写末段，只要不与别的混淆；也可写中文名称。选项写代号或中文名称都行。
金额写 12 或 12.30；是否写 是、否。有空格的值加引号。
某个字段是什么、有哪些选项：svc explain 表单.字段""",
            """\
  FIELD=VALUE             reporter.name=王建国    arrived_at=15:20    mode=other
  one more item           assigned_to+=zhang.wei
  one item of a list      parts.0.qty=2
  a whole list or group   parts:='[{"part": "P-1", "qty": 1}]'
  long text               repair_detail@=FILE    repair_detail=- (standard input)
A field's name may be any unique tail of its path, or its Chinese title. Choices are given by id or title. Money is
12 or 12.30; yes or no. Quote values with spaces.
What a field is and which choices it has: svc explain FORM.FIELD""",
        ),
    ),
    "query": Topic(
        Text("查询条件", "the language of queries"),
        Text(
            """\
svc query [表单] [条件]…    各条件须同时成立；没有结果也退出 0

  漏油                    词：在编号、各字段、选项和状态的名称中找，不分大小写和全半角
  字段:值                 serial:CG956-0001    mode:上门    reporter.name:王建国
  范围                    cost:100..    cost:..200    cost:100..200
  比较（加引号）          "cost>=100"    "hour_meter<500"
  state:甲,乙             状态或标志，代号或名称
  at:2026-11-01..2026-11-30    最近一步的时间；opened: 为开立时间；也可写 2026、2026-11
  since:  until:          从何时起、到何时止
  year:2026  form:  id:   年度、表单、编号或其末段
  mine                    我办过的，或写着我的
  by:王芳  role:          某人办过的；某角色（查人员时为现任）
  overdue  late           现已超期的；曾经或现在超期的
  migrated                迁移录入的    former:2026-041 按原编号    vouched_by:姓名 按担保人
  text:12:30              含冒号的词

字段可跨关联：machine.model.name:装载机   --fields id,machine.customer.name
--sort -at,id   --limit 20   --count   --group-by station   --sum cost   -O json|csv|ids   -q""",
            """\
svc query [FORM] [FILTER]…    every filter must hold; finding nothing exits 0

  words                   in the id, all fields, titles of choices and states; case and width aside
  field:value             serial:CG956-0001    mode:other    reporter.name:王建国
  ranges                  cost:100..    cost:..200    cost:100..200
  comparisons (quoted)    "cost>=100"    "hour_meter<500"
  state:a,b               states or marks, by id or title
  at:2026-11-01..2026-11-30    when its last step happened; opened: when it was made; 2026 and 2026-11 too
  since:  until:          from when on, until when
  year:2026  form:  id:   year, form, id or the end of it
  mine                    I acted on it, or it names me
  by:wang.fang  role:     somebody acted on it; in a role (of people: the role held today)
  overdue  late           over its limit now; now or ever
  migrated                entered as migrated    former:2026-041 by its old number    vouched_by:NAME
  text:12:30              words with a colon

Fields may cross links: machine.model.name:loader   --fields id,machine.customer.name
--sort -at,id   --limit 20   --count   --group-by station   --sum cost   -O json|csv|ids   -q""",
        ),
    ),
    "roles": Topic(
        Text("谁能办什么", "who may do what"),
        Text(
            """\
办理人：--me 邮箱，SVC_ME，或 git 的 user.email；须是人员登记中的在册人员。
角色记在人员登记里，有起止日期，可带范围（哪个片区、维修站）。按写入当天所任的角色判断。
有几个角色时自动取合适的；要指定用 --as 角色。
用户、代理商等外部的人没有账号，由内部人员代办：--on-behalf-of 姓名，并交其签字的纸面为凭证。
有些步骤须由另一个人办理（如核实不能由维修人自己做）。

  svc explain 角色         此角色能办什么
  svc query person role:角色   谁有此角色
  svc todo --for 角色      等此角色办的""",
            """\
Who acts: --me EMAIL, SVC_ME, or git's user.email; an active person of the register.
Roles stand in the register of people, with first and last day, some with a scope (an area, a station). What counts is
the role held on the day of writing. Of several the fitting one is taken; --as ROLE names one.
People outside (customers, agents) have no account: an insider acts for them with --on-behalf-of NAME and hands in the
paper they signed. Some steps take another person (whoever repaired does not verify).

  svc explain ROLE             what the role may do
  svc query person role:ROLE   who has it
  svc todo --for ROLE          what waits for it""",
        ),
    ),
    "evidence": Topic(
        Text("凭证", "evidence"),
        Text(
            """\
--evidence 种类=文件，可写多次；每项各一份时写 种类.0=文件、种类.1=文件。
文件可在任何位置，办理时连同其 SHA-256 一起存入记录；大小上限见 svc setting list。
需要哪些凭证：svc explain 表单.动作    事后补交：svc attach 编号 种类=文件
步骤作废后，随它交来的凭证不再算数，但仍保留。文件被改动：svc check 会报告。""",
            """\
--evidence KIND=FILE, as often as needed; one for each item of a list as KIND.0=FILE, KIND.1=FILE.
The file may lie anywhere; it is stored with the record together with its SHA-256. Its size is limited: svc setting
list. Which evidence an action needs: svc explain FORM.ACTION. Handed in later: svc attach ID KIND=FILE
When a step is voided, its evidence counts no longer but stays. A file that was changed is found by svc check.""",
        ),
    ),
    "ids": Topic(
        Text("编号怎么写", "how to name a record"),
        Text(
            """\
  PG-0101-26-00398-83    完整编号：表单、通道、年度、流水号、校验位
  398   398-83           不致混淆的末段
  CG956-0001             台账的编号（出厂编号、件号、人员代号），不分大小写和全半角
  表单/编号              同名时指明表单，如 station/001
  li.min@example.com     唯一的字段值
  @last                  本机上一次新建或办理的
指不止一张时列出候选，不替您选。校验位防止听错、输错一位。编号从不重复使用。""",
            """\
  PG-0101-26-00398-83    the full id: form, lane, year, sequence, check digits
  398   398-83           a tail that fits one record only
  CG956-0001             the key of a register (serial, part number, person), case and width aside
  form/key               where two registers share a key, as station/001
  li.min@example.com     a value that is unique
  @last                  the record last made or moved on this machine
When several fit, they are listed and none is chosen. The check digits catch a misheard digit. Ids are never reused.""",
        ),
    ),
    "offline": Topic(
        Text("离线办理与同步", "working offline, and syncing"),
        Text(
            """\
每个克隆都是完整的记录库，不联网也能照常办理：校验、编号、提交都在本机。
每个克隆有自己的通道（编号第二段），离线时发出的编号不会相同；通道由管理员登记：svc create lane。
联网后 git fetch，再合并；历史从不改写。两边都办理过同一张单据的，只能保留一边，另一边的步骤重办。
写到一半断电：下一条命令会自行修复；已答复的都已落盘。""",
            """\
Every clone is a whole repository: checks, numbers and commits need no network.
Every clone has a lane of its own (the second part of an id), so ids given offline never clash; an administrator
registers lanes: svc create lane. Online again: git fetch, then merge; history is never rewritten. Where both sides
moved the same record, one side is kept whole and the steps of the other are done again.
After a power cut the next command mends what was left; whatever was answered is on disk.""",
        ),
    ),
    "corrections": Topic(
        Text("写错了怎么办", "putting mistakes right"),
        Text(
            """\
  svc advance 编号 amend 字段=值 --reason 原因   更正：旧值留在各步里
  svc undo 编号 --reason 原因                    撤回自己刚办的一步
  svc advance 编号 cancel --reason 原因          撤销整张
  svc note 编号 文字                             加备注
什么都不会被删掉：作废的步骤仍可查看（svc show 编号 --log）。已装订的不得再改。
试一试不写入：任何命令加 -n。""",
            """\
  svc advance ID amend FIELD=VALUE --reason WHY   amend: the old value stays in the log
  svc undo ID --reason WHY                        take back one's own last step
  svc advance ID cancel --reason WHY              cancel the whole record
  svc note ID TEXT                                add a note
Nothing is ever deleted: voided steps stay readable (svc show ID --log). What is bound is not edited.
To try without writing: add -n to any command.""",
        ),
    ),
    "migration": Topic(
        Text("年中启用：录入已办到一半的业务", "beginning in mid-year: entering cases that are open"),
        Text(
            """\
svc import 表单 文件 --state 状态 --vouched-by 人员 --reason 理由    先加 -n 试一遍
一行一张单据，按所到状态录入一次，注明“迁移”、由谁担保；一批一次提交，有一行不合就都不录。
管理员先开放：svc setting set migration.until 日期 --reason 依据；过了这一天即不再收。
哪些表单、哪些状态、谁录入、谁担保：svc explain 表单.migrate

各列，除字段外（文件可为 CSV、XLSX、YAML）：
  原编号 former           旧台账的编号，不得重复；关联列可写对方的原编号
  状态 state              各行不同时用它，不写 --state
  办理人.动作 done.动作    此前某步是谁办的：代号、姓名或邮箱
  时间.动作 at.动作        何时办的；时限从真实时间接着算
  时间 at                 何时到的这个状态；不写则取所述最后一步的时间
  不明 lacks              确实不知道的，写字段、evidence.种类 或动作；表单准许的才行；各行相同的用 --lacks
所经各步要填的、要交的、要满足的，照样核对；应由软件算的照样算，所填不符即拒绝。
日后“须由他人办理”的，此前的经办人、录入人、担保人都不算他人；没有写明经办人的不予通过。

查：svc query migrated    svc query former:2026-041    svc query vouched_by:姓名    svc show 原编号
录错了：svc undo 编号 --reason 原因，再录一次。""",
            """\
svc import FORM FILE --state STATE --vouched-by PERSON --reason WHY    try it with -n first
A record a row, entered once in the state it has come to, marked as migrated, with who vouches for it; a batch is one
commit, and one wrong row enters none. An administrator opens it: svc setting set migration.until DATE --reason SOURCE;
after that day nothing is taken. Which forms and states, who enters, who vouches: svc explain FORM.migrate

Columns besides fields (the file may be CSV, XLSX or YAML):
  former         the number in the old book, never twice; a link may be written as the other's old number
  state          where rows differ, instead of --state
  done.ACTION    who did a step before: id, name or e-mail
  at.ACTION      when; limits run on from the true times
  at             when it came to its state; else the time of the last step told
  lacks          what nobody knows: fields, evidence.KIND or actions, where the form allows it; for all rows --lacks
What the steps on the way would have asked is asked all the same: fields, evidence, conditions; what svc computes it
computes, and what is given otherwise is refused. Where later "another person" must act, neither the doer told nor who
entered nor who vouches is one; a step without its doer lets nobody pass.

To find them: svc query migrated    svc query former:2026-041    svc query vouched_by:NAME    svc show OLD-NUMBER
A mistake: svc undo ID --reason WHY, then enter it again.""",
        ),
    ),
    "output": Topic(
        Text("输出格式", "formats of the output"),
        Text(
            """\
-O table|json|ndjson|csv|yaml|ids    -o 文件    --fields 甲,乙    -q 只要编号
表格给人看：名称用中文，时间到分。json、ndjson、csv、yaml 给程序：代号、原值、键为英文。
数据在标准输出，说明和错误在标准错误。--lang en（或 SVC_LANG=en）改用英文。
写成文件的 csv 带 BOM，可直接用表格软件打开；可能被当作公式的值前加 '。""",
            """\
-O table|json|ndjson|csv|yaml|ids    -o FILE    --fields a,b    -q ids only
Tables are for people: titles in words, times to the minute. json, ndjson, csv and yaml are for programs: ids, raw
values, English keys. Data goes to standard output, messages and errors to standard error. --lang en (or SVC_LANG=en)
speaks English. A csv written to a file opens in spreadsheets as it is; what might run as a formula gets a ' in front.""",
        ),
    ),
}
