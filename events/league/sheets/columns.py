"""Which column of a sheet of teams is which field."""

from functools import cache

from django.utils.text import capfirst

from core.translations import default_language, label, languages
from events.league.models import Entry, Team
from events.sheets.columns import Fields, names_of

TEXTS = ("name", "short_name", "company")
PLAIN = ("colour", "second_colour", "founded")
PLACE = ("group", "seed")
# Beside the names that an export has. What may mean two fields is in neither.
SYNONYMS = {
    "slug": "url id 标识 网址",
    "name": "team teamname 队名 队伍 球队 球队名称 名称 参赛队",
    "short_name": "short abbreviation 简称 缩写 队名简称",
    "company": "works organisation organization 单位 企业 公司 所属单位 参赛单位",
    "colour": "color colour1 firstcolour 颜色 主色 队服颜色",
    "second_colour": "color2 secondcolour secondcolor 副色 第二颜色",
    "founded": "year 成立年份",
    "group": "pool 组 组别 小组 分组",
    "seed": "seeding rank 种子 种子号 种子序号",
}


def field_name(field: str) -> str:
    """What the admin calls a field, in the language that is spoken: ``"Name (English)"``."""
    base, _dot, tag = field.partition(".")
    model = Entry if base in PLACE else Team
    name = capfirst(str(model._meta.get_field(base).verbose_name))  # type: ignore[union-attr]
    return name if tag in ("", default_language()) else f"{name} ({label(tag)})"


@cache
def all_fields() -> tuple[str, ...]:
    texts = [f"{base}.{tag}" for base in TEXTS for tag in languages()]
    return ("slug", *texts, *PLAIN, *PLACE)


@cache
def known_names() -> dict[str, str]:
    return names_of(all_fields(), SYNONYMS, field_name)


TEAM_FIELDS = Fields(all_fields, known_names, field_name)
