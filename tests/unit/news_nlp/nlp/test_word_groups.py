from __future__ import annotations

import re
from pathlib import Path

import news_nlp.kernels.reading
from news_nlp.kernels.reading._scan import GROUP_SHIFT
from news_nlp.nlp.word_groups import Group

MASKS = Path(news_nlp.kernels.reading.__file__).with_name("_groups.pxd").read_text(encoding="utf-8")


def test_the_kernels_number_the_groups_as_they_are_numbered_here():
    known = {name: int(value, 0) for name, value in re.findall(r"^    (\w+) = (0x\w+)", MASKS, re.MULTILINE)}
    known |= {name: 1 << int(bit) for name, bit in re.findall(r"^    (\w+) = 1 << (\d+)", MASKS, re.MULTILINE)}
    known["COMPANY"] = known.pop("COMPANY_WORD")
    assert known == {group.name: group >> GROUP_SHIFT for group in Group}
