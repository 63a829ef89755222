"""What the documentation repeats of the code is what the code says."""

import importlib.util
import re
from pathlib import Path

import pytest
from chitti_shared.settings import Settings

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_documentation_is_current(generate):
    stale = [path.name for path, text in generate.outputs().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make docs`"


def test_env_example_names_every_setting_and_no_other(generate):
    names = re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert names == [name.upper() for _, fields in generate.setting_groups() for name in fields]


def test_env_example_gives_the_defaults(generate, tmp_path, monkeypatch):
    for _, fields in generate.setting_groups():
        for name in fields:
            monkeypatch.delenv(name.upper(), raising=False)
    uncommented = re.sub(r"^#([A-Z][A-Z0-9_]+=)", r"\1", (ROOT / ".env.example").read_text("utf-8"), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(uncommented, encoding="utf-8")
    for kind in [Settings, *Settings.__subclasses__()]:
        assert kind(_env_file=tmp_path / ".env") == kind(_env_file=None)


def test_every_variable_the_command_reads_is_documented():
    read = set(re.findall(r"environ(?:\.get\(|\[)\"(CHITTI_\w+)\"", "".join(map(_text, (ROOT / "cli").rglob("*.py")))))
    assert read
    documented = set(re.findall(r"^\| `(\w+)` \|", _text(ROOT / "docs" / "CONFIGURATION.md"), re.MULTILINE))
    assert read <= documented


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_links_between_documents_lead_somewhere():
    broken = [
        f"{page.name}: {target}"
        for page in [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []
