"""The forms of English verbs, so that a lexicon names each verb once."""

from __future__ import annotations

from functools import cache

_VOWELS = "aeiou"
# base: past tense, and the participle where it differs
_IRREGULAR = {
    "beat": "beat beaten",
    "become": "became",
    "bleed": "bled",
    "break": "broke broken",
    "bring": "brought",
    "build": "built",
    "buy": "bought",
    "catch": "caught",
    "come": "came",
    "cut": "cut",
    "drive": "drove driven",
    "fall": "fell fallen",
    "feel": "felt",
    "find": "found",
    "fly": "flew flown",
    "get": "got",
    "give": "gave given",
    "go": "went gone",
    "grow": "grew grown",
    "hit": "hit",
    "hold": "held",
    "hurt": "hurt",
    "keep": "kept",
    "lead": "led",
    "leap": "leapt leaped",
    "leave": "left",
    "lend": "lent",
    "lose": "lost",
    "make": "made",
    "meet": "met",
    "outdo": "outdid outdone",
    "overtake": "overtook overtaken",
    "pay": "paid",
    "put": "put",
    "quit": "quit",
    "rise": "rose risen",
    "see": "saw seen",
    "sell": "sold",
    "send": "sent",
    "set": "set",
    "shed": "shed",
    "shine": "shone",
    "shoot": "shot",
    "shrink": "shrank shrunk",
    "shut": "shut",
    "sink": "sank sunk",
    "slide": "slid",
    "spread": "spread",
    "spring": "sprang sprung",
    "stand": "stood",
    "steal": "stole stolen",
    "strike": "struck",
    "swing": "swung",
    "take": "took taken",
    "win": "won",
    "withdraw": "withdrew withdrawn",
}
# longer verbs stressed on their last syllable, which doubles its consonant
_DOUBLING = frozenset({"prefer", "refer", "defer", "concur", "incur", "rebel", "propel", "compel", "cancel", "outbid"})


@cache
def forms_of(verb: str) -> tuple[str, ...]:
    """The base, third person, past tense, participles of a verb: `rise`, `rises`, `rose`, `risen`, `rising`."""
    past = _IRREGULAR[verb].split() if verb in _IRREGULAR else [_joined(verb, "ed")]
    return tuple(dict.fromkeys([verb, _third_person(verb), *past, _joined(verb, "ing")]))


def _third_person(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")


def _joined(verb: str, ending: str) -> str:
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + ending
    if ending == "ed" and verb.endswith("e"):
        return verb + "d"
    if ending == "ed" and verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb[:-1] + "ied"
    return verb + (verb[-1] if _doubles(verb) else "") + ending


def _doubles(verb: str) -> bool:
    """Whether the last consonant is doubled: one vowel before it, in the only or the stressed syllable."""
    letters = verb.replace("qu", "q")
    if len(letters) < 3 or letters[-1] in _VOWELS + "wxy" or letters[-2] not in _VOWELS or letters[-3] in _VOWELS:
        return False
    return verb in _DOUBLING or sum(letter in _VOWELS for letter in letters) == 1
