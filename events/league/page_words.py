"""What is told of a side that is not known yet, in every language, and of the rules of a table."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.api.language import in_script, message_language, speaking
from core.translations import Text, languages, resolve
from events.league.advancing import Advance
from events.league.placeholders import Ground, Source, feeder
from events.league.rules import Rules


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


def rules_in_words(rules: Rules, advance: Advance, tag: str) -> list[str]:
    """What makes the table, a sentence each, for a reader of ``tag``."""
    points = {"win": rules.win, "draw": rules.draw, "loss": rules.loss, "forfeit": rules.forfeit}
    said = [
        _("Points: %(win)d for a win, %(loss)d for a loss, %(forfeit)d for a match lost by forfeit.") % points
        if rules.draw is None
        else _("Points: %(win)d for a win, %(draw)d for a draw, %(loss)d for a loss.") % points
    ]
    apart = "；" if tag.startswith("zh") else "; "
    steps = apart.join(str(RULE_WORDS[name]) for name in rules.tie_breaks)
    said.append(_("Where points are equal decides: %(steps)s.") % {"steps": steps})
    if rules.restart:
        said.append(_("After each step it begins anew for those who are still equal."))
    if advance.first:
        said.append(_("The first %(count)d of each group go on.") % {"count": advance.first})
    if advance.runners_up:
        order = apart.join(str(RULE_WORDS[name]) for name in advance.order)
        words = {"count": advance.runners_up, "place": advance.place, "steps": order}
        said.append(_("So do the best %(count)d of those in place %(place)d, ranked by: %(steps)s.") % words)
    return [in_script(each, tag) for each in said]


def group_name(letter: str) -> dict[str, str]:
    """``{"zh-Hans": "A组", "en": "Group A", …}``."""
    return told(lambda _tag: _("Group %(letter)s") % {"letter": letter})


def stage_name() -> dict[str, str]:
    """Of the stage that is played in groups."""
    return told(lambda _tag: _("Group stage"))


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


# What is made: rounds and the titles of matches

# By how many teams a full round of it has.
FINALS = {
    2: pgettext_lazy("round", "Final"),
    4: pgettext_lazy("round", "Semi-final"),
    8: pgettext_lazy("round", "Quarter-final"),
    16: pgettext_lazy("round", "Round of 16"),
    32: pgettext_lazy("round", "Round of 32"),
    64: pgettext_lazy("round", "Round of 64"),
    128: pgettext_lazy("round", "Round of 128"),
}
THIRD_PLACE = pgettext_lazy("round", "Third place")


def knock_out_name() -> dict[str, str]:
    return told(lambda _tag: _("Knock-out stage"))


def round_name(number: int) -> dict[str, str]:
    return told(lambda _tag: _("Round %(number)d") % {"number": number})


def final_name(field: int, *, third_place: bool = False) -> dict[str, str]:
    """``{"zh-Hans": "1/8决赛", "en": "Round of 16", "de": "Achtelfinale"}``."""
    return told(lambda _tag: str(THIRD_PLACE if third_place else FINALS[field]))


def pairing_title(
    group: Text | None, round_: Text, home: Sequence[Text], away: Sequence[Text], longest: int
) -> dict[str, str]:
    """“A组 第1轮 沈鼓集团 – 兴华”. ``home`` and ``away`` are their names, from the whole one to the shortest: the first
    are told with which it is not too long."""

    def words(tag: str) -> str:
        title = ""
        for one, other in zip(home, away, strict=True):
            names = {"home": resolve(one, tag)[0], "away": resolve(other, tag)[0], "round": resolve(round_, tag)[0]}
            if group is None:
                title = _("%(round)s: %(home)s – %(away)s") % names
            else:
                title = _("%(group)s, %(round)s: %(home)s – %(away)s") % {"group": resolve(group, tag)[0], **names}
            if len(title) <= longest:
                return title
        return title[: longest - 1] + "…"

    return told(words)


def place_title(name: Text, place: int) -> dict[str, str]:
    """“1/8决赛 第3场”; a place of 0 is the only one of its kind."""

    def words(tag: str) -> str:
        round_ = resolve(name, tag)[0]
        return _("%(round)s, match %(place)d") % {"round": round_, "place": place} if place else round_

    return told(words)
