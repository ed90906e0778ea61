"""Made-up names: of people, of firms and persons who own machines, of places, and other words for the same fault."""

from __future__ import annotations

import re
from random import Random

FAMILY = re.findall(
    r"(\w+):(\w+)",
    (
        "丁:ding 方:fang 付:fu 葛:ge 龚:gong 贺:he 洪:hong 胡:hu 贾:jia 江:jiang 孔:kong 雷:lei 黎:li 梁:liang 卢:lu 罗:luo "
        "毛:mao 孟:meng 潘:pan 彭:peng 钱:qian 秦:qin 任:ren 沈:shen 施:shi 苏:su 谭:tan 汤:tang 陶:tao 田:tian 汪:wang "
        "魏:wei 夏:xia 萧:xiao 许:xu 薛:xue 严:yan 姚:yao 叶:ye 余:yu 袁:yuan 曾:zeng 钟:zhong 邹:zou"
    ),
)
GIVEN = re.findall(
    r"(\w+):(\w+)",
    (
        "安:an 斌:bin 超:chao 春:chun 丹:dan 东:dong 飞:fei 刚:gang 国栋:guodong 海:hai 浩:hao 红梅:hongmei 华:hua "
        "辉:hui 佳:jia 建军:jianjun 杰:jie 俊:jun 凯:kai 兰:lan 亮:liang 龙:long 娜:na 宁:ning 鹏:peng 平:ping 琴:qin "
        "蓉:rong 森:sen 爽:shuang 婷:ting 文:wen 霞:xia 翔:xiang 晓东:xiaodong 欣:xin 旭:xu 雪:xue 勇:yong 玉兰:yulan"
    ),
)
TRADES = (
    *("土石方工程队", "路桥工程公司", "采石场", "建材经营部", "煤炭运销公司", "市政工程公司", "砂石料场", "林业运输队"),
    *(
        "水利工程公司",
        "港口装卸公司",
        "矿业有限公司",
        "商品混凝土公司",
        "农垦机械合作社",
        "物流堆场",
        "环保处置公司",
        "租赁站",
    ),
)
PLACES = (
    *("城东工地", "城西料场", "北山采石场", "南河大桥标段", "高铁站前广场", "三号堆场", "货运码头二区", "林场三工区"),
    *("水泥厂料场", "煤场", "新区管廊工地", "水库除险工地", "垃圾填埋场", "铁路货场", "县道改建四标段", "机场土方标段"),
)
SEEN = (
    *("", "，热机后更明显", "，冷车时没有", "，近两日加重", "，作业中出现，停机后消失", "，用户自查未找到原因"),
    *("，上坡重载时最明显", "，更换滤芯后仍有", "，伴有轻微异味，仪表未报警", "，半月前出现过一次，当时未处理"),
    *("，夜班司机先发现，已停机等候检修", "，工地急用，要求尽快到场", "，操作手称油温偏高，回油管发烫"),
)
DONE = (
    *(
        "",
        "，试机一小时正常",
        "，各挡位试车正常",
        "，复紧接头，未见渗漏",
        "，清理现场后交机",
        "，油位、油压均在规定范围",
    ),
    *("，向操作手说明保养要点", "，旧件已收回待返", "，满载试作业三十分钟无异常", "，仪表各项读数正常，用户当场确认"),
)


def someone(random: Random) -> tuple[str, str]:
    """A name, and how it is spelled in a code: (`钱建军`, `qian.jianjun`)."""
    family, given = random.choice(FAMILY), random.choice(GIVEN)
    return family[0] + given[0], f"{family[1]}.{given[1]}"


def phone(random: Random) -> str:
    """A telephone number that nobody has."""
    return f"000-5550-{random.randrange(10000):04d}"


def firm(random: Random) -> str:
    """A firm's name."""
    return f"示例{random.choice(FAMILY)[0]}{random.choice(GIVEN)[0]}{random.choice(TRADES)}"


def place(random: Random) -> str:
    """Where a machine stands."""
    return f"示例{random.choice('市县')}{random.choice(PLACES)}"


def retold(text: str, done: bool, random: Random) -> str:
    """The same finding, or the same repair (`done`), in a few more words."""
    return text + random.choice(DONE if done else SEEN)
