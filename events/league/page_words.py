"""What is told of a side that is not known yet, in every language."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.api.language import in_script, message_language, speaking
from core.translations import languages, resolve
from events.league.placeholders import Ground, Source, feeder


def words_of(source: Source | None, ground: Ground) -> dict[str, str]:
    """Who the side will be: ``{"zh-Hans": "第12场胜者", "en": "Winner of match 12", …}``."""
    return told(lambda tag: _words(source, ground, tag))


def _words(source: Source | None, ground: Ground, tag: str) -> str:
    if not source:
        return _("To be decided")
    uid = feeder(source)
    if uid is not None and uid in ground.matches:
        number = {"number": ground.matches[uid]}
        return (_("Winner of match %(number)d") if "winner_of" in source else _("Loser of match %(number)d")) % number
    if "group" in source:
        name = resolve(ground.groups.get(source["group"]), tag)[0] or source["group"]
        return _("%(group)s, place %(place)d") % {"group": name, "place": source["place"]}
    if "runner_up" in source:
        return _("No. %(number)d among all in place %(place)d") % {"number": source["runner_up"], "place": ground.place}
    return _("To be decided")  # its match is gone: a conflict says so


def told(word: Callable[[str], str]) -> dict[str, str]:
    """A text in every language of the content that messages exist in, but for what is derived from another one."""
    found = {}
    known = languages()
    for tag in known:
        if message_language(tag) == tag and not (tag == "zh-Hant" and "zh-Hans" in known):
            with speaking(tag):
                found[tag] = in_script(str(word(tag)), tag)
    return found


RULE_WORDS = {
    "head_to_head_points": gettext_lazy("points in the games among them"),
    "head_to_head_wins": gettext_lazy("wins in the games among them"),
    "head_to_head_difference": gettext_lazy("difference in the games among them"),
    "head_to_head_scored": gettext_lazy("scored in the games among them"),
    "head_to_head_ratio": gettext_lazy("ratio of scored to conceded in the games among them"),
    "head_to_head_again": gettext_lazy("the same again for those still equal"),
    "difference": gettext_lazy("difference in all games"),
    "scored": gettext_lazy("scored in all games"),
    "ratio": gettext_lazy("ratio of scored to conceded in all games"),
    "wins": gettext_lazy("wins in all games"),
    "points_per_game": gettext_lazy("points for each game"),
    "wins_per_game": gettext_lazy("wins for each game"),
    "difference_per_game": gettext_lazy("difference for each game"),
    "scored_per_game": gettext_lazy("scored for each game"),
    "lost_ratio": gettext_lazy("ratio of scored to conceded in the games lost"),
    "lot": gettext_lazy("lots"),
}
