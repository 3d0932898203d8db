"""How Chinese is spelled in Latin letters."""


def syllables(text: str) -> list[str]:
    """``中国`` -> ``["zhong", "guo"]``; what is no Chinese stays as it is, in one piece."""
    # Its dictionaries take 57 MB and a third of a second: only who writes names needs them.
    from pypinyin import Style, lazy_pinyin

    return list(lazy_pinyin(text, style=Style.NORMAL))
