"""What libraries say of data that they cannot read, in Japanese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

MESSAGES = frozenset(
    {
        *("config.text", "review.json-broken", "baseline.unread"),
        "script.no-notebook",
        *("answers.not-json", "answers.not-so", "layer.misfit"),
        *("program.no-frame", "load.no-hello"),
    }
)
"""The messages of which ``text`` is what a library says of data."""

TYPES = {
    **{"object": "オブジェクト", "array": "配列", "str": "文字列", "null": "null"},
    **{"int": "整数", "float": "数", "bool": "真偽値"},
}
"""msgspec's names of types."""

FORMS: Mapping[str, str] = {
    r"this is no (\S+):": "{0} ではありません:",
    r"no frame:": "フレームではありません:",
    r"Expected `([^`]*)` of length >= (\d+)": "{0}には {1} 個以上が必要です",
    r"Expected `([^`]*)` of length <= (\d+)": "{0}に入るのは {1} 個までです",
    r"Expected `([^`]*)` > ([-\d.e+]+)": "{1} より大きい{0}が必要です",
    r"Expected `([^`]*)` >= ([-\d.e+]+)": "{1} 以上の{0}が必要です",
    r"Expected `([^`]*)` < ([-\d.e+]+)": "{1} より小さい{0}が必要です",
    r"Expected `([^`]*)` <= ([-\d.e+]+)": "{1} 以下({0})でなければなりません",
    r"Expected `([^`]*)`, got `([^`]*)`": "型が違います(必要な型: {0}、実際の型: {1})",
    r"Expected `([^`]*)`": "{0}が必要です",
    r"Object missing required field `([^`]*)`": "`{0}` がありません",
    r"Object contains unknown field `([^`]*)`": "`{0}` という項目はありません",
    r"Invalid enum value '?([^\s']*)'?": "'{0}' は指定できません",
    r"Invalid value '?([^\s'(]+)'?": "'{0}' は指定できません",
    r" - at `(\$[^`]*)`": "(場所: {0})",
    r"JSON is malformed: (.*?) \(byte (\d+)\)": "JSON の {1} バイト目が文法に合いません",
    r"Input data was truncated": "途中で終わっています",
    r"(?:[^:]*): line (\d+) column (\d+) \(char \d+\)": "{0} 行 {1} 列が JSON の文法に合いません",
    r".* \(at line (\d+), column (\d+)\)": "{0} 行 {1} 列が TOML の文法に合いません",
    r".* \(at end of document\)": "TOML が途中で終わっています",
    r"it nests too deeply": "入れ子が深すぎます",
    r"No closing quotation": "引用符が閉じられていません",
    r".*codec can't decode byte .* in position (\d+).*": "{0} バイト目が UTF-8 ではありません",
}
"""Forms of texts of msgspec, json, tomllib, shlex and codecs; what they are here."""


def translated(text: str) -> str:
    """The text with all that is known of it in Japanese."""
    for form, said in FORMS.items():
        text = re.sub(form, partial(_filled, said), text)
    return text


def _filled(said: str, found: re.Match[str]) -> str:
    words = (each.split(" | ") for each in found.groups())
    return said.format(*("、".join(TYPES.get(w, w) for w in each) for each in words))
