"""Rules as JSON: what goes out comes back, and what is unknown is refused by name."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from events.league.advancing import Advance
from events.league.rules import PRESETS, Rules

LEAGUE_2025 = Advance(first=1, runners_up=6, order=("lost_ratio", "lot"))


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_rules_come_back_from_json_as_they_went(name: str) -> None:
    rules = PRESETS[name]
    assert Rules.from_json(json.loads(json.dumps(rules.to_json()))) == rules


def test_advance_comes_back_from_json_as_it_went() -> None:
    assert Advance.from_json(json.loads(json.dumps(LEAGUE_2025.to_json()))) == LEAGUE_2025


def test_rules_in_json_may_leave_out_what_has_a_default() -> None:
    given = {"win": 3, "draw": 1, "loss": 0, "forfeit": 0, "tie_breaks": ["difference"]}
    assert Rules.from_json(given) == Rules(win=3, draw=1, loss=0, forfeit=0, tie_breaks=("difference",))


FIBA = PRESETS["fiba"].to_json()
# The kind, what is sent, the field, the code, and a word that the message must hold.
REFUSED: list[tuple[Any, Any, str, str, str]] = [
    (
        Rules,
        FIBA | {"tie_breaks": ["lot", "coin"]},
        "tie_breaks",
        "unknown",
        "There is no rule “coin”. Choose from: head_to",
    ),
    (Rules, FIBA | {"tie_breaks": ["lot", 7]}, "tie_breaks", "unknown", "“7”"),
    (Rules, FIBA | {"tie_breaks": ["lot", "lot"]}, "tie_breaks", "repeated", "“lot” is named twice"),
    (Rules, FIBA | {"tie_breaks": "lot"}, "tie_breaks", "invalid", "Give a list of names"),
    (Rules, FIBA | {"bonus": 1}, "bonus", "unknown", "“bonus” is no rule. Remove it. There are: win, draw"),
    (Rules, {key: value for key, value in FIBA.items() if key != "loss"}, "loss", "missing", "“loss” is missing"),
    (Rules, FIBA | {"win": "2"}, "win", "invalid", "whole number"),
    (Rules, FIBA | {"win": True}, "win", "invalid", "whole number"),
    (Rules, FIBA | {"win": 10**30}, "win", "invalid", "at most 999"),
    (Rules, FIBA | {"forfeit_score": -20}, "forfeit_score", "invalid", "0 or more"),
    (Rules, FIBA | {"win": None}, "win", "invalid", "whole number"),
    (Rules, FIBA | {"restart": 1}, "restart", "invalid", "true or false"),
    (Advance, {"order": ["lost_ratio", "difference"]}, "order", "unknown", "There is no rule “difference”"),
    (Advance, {"first": -1}, "first", "invalid", "0 or more"),
]


@pytest.mark.parametrize(("kind", "data", "field", "code", "message"), REFUSED)
def test_rules_refuse_what_they_do_not_know(kind: Any, data: Any, field: str, code: str, message: str) -> None:
    with override("en"), pytest.raises(ValidationError) as refused:
        kind.from_json(data)
    ((name, (error,)),) = refused.value.error_dict.items()
    assert (name, error.code) == (field, code)
    assert message in error.messages[0]


def test_rules_refuse_what_is_no_object() -> None:
    with override("en"), pytest.raises(ValidationError, match="no object"):
        Advance.from_json([])
