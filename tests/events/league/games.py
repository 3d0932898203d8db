"""Results as a line of text each: ``CRO ESP 72:70``."""

from events.league.games import Played


def games(text: str) -> list[Played[str]]:
    found = []
    for line in text.strip().splitlines():
        home, away, score, *note = line.split()
        home_score, away_score = map(int, score.split(":"))
        given = dict(word.split("=") for word in note)
        found.append(Played(home, away, home_score, away_score, **given))  # type: ignore[arg-type]
    return found


def teams_of(played: list[Played[str]]) -> list[str]:
    return sorted({team for game in played for team in (game.home, game.away)})
