"""The Chinese letters that figures need, cut out of a font that holds them all.

`python -m course_utils.authoring.fonts` writes the course's font anew. Run it when a test says
that a glyph is missing; it wants Debian's package fonts-droid-fallback.
"""

import re
from pathlib import Path

from fontTools import subset, ttLib
from matplotlib import font_manager

from course_utils.figures.style import CHINESE_FONT

ROOT = Path(__file__).parents[2]
# Where words stand that a figure may show. Other modules hold patterns of what people write.
TEXTS = (
    *("notebooks/source/*.md", "course_utils/**/*.toml"),
    *("course_utils/**/words.py", "course_utils/figures/*.py"),
)
SOURCE = "Droid Sans Fallback"

TERMS = [
    "转化率",
    "跳出率",
    "复购率",
    "客单价",
    "竞品分析",
    "性价比",
    "快时尚",
    "社交电商",
    "拼多多",
    "抖音",
    "低价引流",
    "月销",
    "复盘",
    "站内",
    "站外",
    "付费",
    "小红书",
    "爆款笔记",
    "直通车",
    "三步看产品",
    "立即购买",
    "智能尺码推荐",
    "每周三免邮",
    "公域",
    "私域",
    "微信群",
    "专属客服",
    "成长型会员体系",
    "会员",
    "沉默",
    "尺码",
    "退货率",
    "加购",
    "详情页",
    "显著性",
    "样本量",
    "功效",
    "新奇效应",
    "辛普森悖论",
    "样本比例失衡",
    "置信区间",
    "相对",
    "百分点",
    "漏斗",
    "平均停留时间",
    "流量",
    "电脑",
    "手机",
    "大促",
    "对照组",
    "实验组",
    "随机",
]
"""The course's Chinese terms, whether or not a text of it uses them yet."""

# Punctuation, ideographs and full-width forms: what DejaVu Sans lacks.
_CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def characters() -> set[str]:
    """Every Chinese character in the course's texts and terms."""
    texts = (path.read_text(encoding="utf-8") for part in TEXTS for path in ROOT.glob(part))
    return {letter for text in (*texts, *TERMS) for letter in _CHINESE.findall(text)}


def write_font(target: Path = CHINESE_FONT) -> None:
    """Write the course's font: the characters of the course, under a name of its own.

    Raises ValueError if the font to cut from isn't installed.
    """
    source = font_manager.findfont(SOURCE, fallback_to_default=False)
    options = subset.Options(hinting=False, layout_features=[], recalc_timestamp=False)
    with subset.load_font(source, options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(characters()))
        cutter.subset(font)
        _rename(font, "Course Chinese")
        subset.save_font(font, target, options)


def _rename(font: ttLib.TTFont, family: str) -> None:
    """Name the family, so that it isn't taken for the whole font where that is installed."""
    for name in (1, 4):  # the family's, and the full one
        font["name"].setName(family, name, 3, 1, 0x409)  # as Unicode, in English


if __name__ == "__main__":
    write_font()
