from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_nlp import nlp
from news_nlp.finbert.clauses import MOST_PARTS, parts_by_symbol


def parts(text: str) -> dict[str, str]:
    return parts_by_symbol(text, nlp.entities(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TCS gains 2% while Infosys falls 3%", {"TCS": "TCS gains 2%", "INFY": "Infosys falls 3%"}),
        ("TCS beats estimates, Infosys misses", {"TCS": "TCS beats estimates", "INFY": "Infosys misses"}),
        (
            "Infosys cuts guidance. Wipro, TCS win orders, but HCL Tech slips",
            {"INFY": "Infosys cuts guidance", "WIPRO": "Wipro, TCS win orders,", "TCS": "Wipro, TCS win orders,",
             "HCLTECH": "HCL Tech slips"},
        ),
        ("TCS up on results and Infosys down", {"TCS": "TCS up on results", "INFY": "Infosys down"}),
        (
            "TCS rises 1.5% after order win; Wipro flat; TCS to buy back shares",
            {"TCS": "TCS rises 1.5% after order win; TCS to buy back shares", "WIPRO": "Wipro flat"},
        ),
        ("Nifty ends higher, TCS slips", {"TCS": "TCS slips"}),
    ],
)  # fmt: skip
def test_each_company_has_the_part_that_speaks_of_it(text: str, expected: dict[str, str]):
    assert parts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "TCS net profit rises 12%, beats estimates",
        "TCS, Infosys and Wipro fall",
        "TCS beats Infosys",
        "Markets end flat",
        "TCS's profit rises, TCS shares gain",
        "",
    ],
)
def test_names_that_share_the_whole_text_have_no_part(text: str):
    assert parts(text) == {}


def test_an_abbreviation_or_a_figure_ends_no_sentence():
    assert parts("TCS pays Rs. 500 crore to Infosys") == {}


def test_a_text_of_very_many_names_has_a_bounded_number_of_parts():
    text = "; ".join(["TCS gains", "Infosys falls"] * 200)
    found = parts(text)
    assert set(found) == {"TCS", "INFY"}
    many = "; ".join(f"{name} gains" for name in ("TCS", "Infosys", "Wipro", "Tata Steel") * 100)
    assert len(set(parts(many).values())) <= MOST_PARTS


WORDS = st.sampled_from(
    [
        "TCS",
        "Infosys",
        "Wipro",
        "Nifty",
        "rises",
        "falls",
        "1.5%",
        ",",
        ";",
        ".",
        "and",
        "while",
        "but",
        "\n",
        "\u2013",
        "\u20b9",
    ]
)


@given(st.lists(WORDS, max_size=30))
def test_parts_are_cut_from_the_text_and_name_their_company(words: list[str]):
    text = " ".join(words)
    entities = nlp.entities(text)
    for symbol, part in parts_by_symbol(text, entities).items():
        assert all(piece in text for piece in part.split("; ") if ";" not in part)
        assert any(entity.text in part for entity in entities if entity.symbol == symbol)
