"""What import-linter can't see: `.pyx` imports, who reads the environment, where SQL stands, file sizes."""

import ast
import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = {
    "chitti_shared": ROOT / "shared/chitti_shared",
    "mojo_compute": ROOT / "mojo-compute/mojo_compute",
    "signal_service": ROOT / "signal-service/signal_service",
    "news_nlp": ROOT / "news-nlp/news_nlp",
    "core_api": ROOT / "core-api/core_api",
    "chitti_cli": ROOT / "cli/chitti_cli",
}
MAX_LINES = 400

_CYTHON_IMPORT = re.compile(r"^\s*(?:from\s+([\w.]+)\s+c?import|c?import\s+([\w.]+))", re.MULTILINE)
_SQL = re.compile(
    r"\A\s*(?:SELECT\s|INSERT\s+INTO\s|UPDATE\s+[\w.]+\s+SET\s|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s*\(|COPY\s+[\w.]+\s"
    r"|CREATE\s+(?:TABLE|INDEX|ROLE|SCHEMA|DATABASE)\s|ALTER\s+(?:TABLE|ROLE)\s|DROP\s|GRANT\s|TRUNCATE\s|LISTEN\s|NOTIFY\s)"
)
# Besides each service's storage/: the database package itself and the fixtures made from it
_SQL_HOMES = ("chitti_shared/db/", "chitti_shared/testing/")


def files(*suffixes: str) -> list[Path]:
    return [path for root in PACKAGES.values() for suffix in suffixes for path in sorted(root.rglob(f"*{suffix}"))]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def package_of(path: Path) -> str:
    return next(name for name, root in PACKAGES.items() if path.is_relative_to(root))


def cython_imports(text: str) -> set[str]:
    return {first or second for first, second in _CYTHON_IMPORT.findall(text)}


def strings_of(tree: ast.Module) -> list[ast.Constant]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def reads_environment(tree: ast.Module) -> list[int]:
    """Lines that name `os.environ` or `os.getenv`, or import them."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            found = node.attr in {"environ", "environb", "getenv", "getenvb"}
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            found = any(alias.name.startswith(("environ", "getenv")) for alias in node.names)
        else:
            found = False
        if found:
            lines.append(node.lineno)
    return lines


@pytest.mark.parametrize("path", files(".pyx", ".pxd"), ids=named)
def test_compiled_modules_obey_the_import_rules(path: Path):
    package = package_of(path)
    siblings = set(PACKAGES) - {package, "chitti_shared"}
    imported = cython_imports(path.read_text(encoding="utf-8"))
    assert not {name for name in imported if name.split(".")[0] in siblings}
    if "kernels" in path.parts:
        outside = {n for n in imported if n.startswith(package) and ".kernels" not in n}
        assert not outside, "kernels are the lowest layer"
        assert not {n for n in imported if n.split(".")[0] in {"asyncio", "asyncpg", "chitti_shared", "numpy"}}


@pytest.mark.parametrize("path", files(".pyx"), ids=named)
def test_every_compiled_module_has_its_types(path: Path):
    assert path.with_suffix(".pyi").exists()


@pytest.mark.parametrize("package", sorted(set(PACKAGES) - {"chitti_cli"}))
def test_only_main_and_settings_read_the_environment(package: str):
    found = [
        f"{named(path)}:{line}"
        for path in PACKAGES[package].rglob("*.py")
        if path.name not in {"__main__.py", "settings.py"} and "testing" not in path.parts
        for line in reads_environment(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_sql_stands_only_in_storage_and_the_database_package(package: str):
    found = [
        f"{named(path)}:{node.lineno}"
        for path in PACKAGES[package].rglob("*.py")
        if "storage" not in path.parts and not any(home in named(path) for home in _SQL_HOMES)
        for node in strings_of(ast.parse(path.read_text(encoding="utf-8")))
        if _SQL.match(node.value)
    ]
    assert found == []


def test_no_source_file_is_longer_than_a_reader_bears():
    benchmarks_and_tests = [p for folder in ("benchmarks", "tests") for p in sorted((ROOT / folder).rglob("*.py"))]
    lengths = {
        named(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in [*files(".py", ".pyx", ".pxd", ".pyi", ".h", ".sql"), *benchmarks_and_tests]
        if not path.read_text(encoding="utf-8").startswith("# Written by ")  # made, not written
    }
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_the_checks_see_what_they_look_for():
    text = "from libc.math cimport sqrt\ncimport numpy as np\nimport news_nlp.parsing\nfrom mojo_compute.x import y\n"
    assert cython_imports(text) == {"libc.math", "numpy", "news_nlp.parsing", "mojo_compute.x"}
    assert sorted(reads_environment(ast.parse("import os\na = os.environ['X']\nfrom os import getenv\n"))) == [2, 3]
    assert _SQL.match("\n  SELECT 1")
    assert _SQL.match("UPDATE signals.alerts SET acknowledged_at = now()")
    assert not _SQL.match("Select the newest bar of each symbol")
    assert not _SQL.match("UPDATE is what the row needs")


def test_every_data_file_is_installed():
    """A wheel holds what `package-data` names; an editable install hides what it forgets."""
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]["*"]
    built, sources = {".so", ".pyc", ".html", ".c", ".cpp"}, {".py", ".pyx", ".pxd", ".pxi", ".h"}
    forgotten = []
    for root in PACKAGES.values():
        for path in sorted(root.rglob("*")):
            if not path.is_file() or path.suffix in built | sources or ".cache" in str(path):
                continue
            package = next(folder for folder in path.parents if (folder / "__init__.py").exists())
            if not any(fnmatch(str(path.relative_to(package)), pattern) for pattern in patterns):
                forgotten.append(named(path))
    assert forgotten == []
