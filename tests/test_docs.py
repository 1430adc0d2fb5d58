"""Holds the documentation to the project: what a page names exists, and what it shows runs."""

import csv
import re
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from sqlmodel import SQLModel

from bot.app import FEATURES
from bot.chat.feature import Registry
from bot.cli import main
from bot.settings import LOCALES, SECRETS, Settings
from tests.support.check_source import ROOT, sources
from tests.support.documents import Document, document, documents, exists, tree
from tests.support.town import Town

SETTINGS = {SECRETS, *(f"LOTSE_{name.upper()}" for name in Settings.model_fields)}
COMMANDS = {f"/{name}" for name in Registry(FEATURES).commands}
NO_COMMANDS = {"/newbot", "/revoke", "/healthz", "/metrics"}  # BotFather's, and addresses
HOSTS = {"t.me", "semver.org", "api.telegram.org"}
# A page speaks of the project: not of the machine it was written on, nor of how the work was organised.
STRANGE = (
    r"/(?:home|root|work|tmp|mnt|Users)/",
    r"(?<!\w)#\d+",
    r"\b(?:pypi|pythonhosted|npmjs|artifactory)\b",
)
STRANGE_WORDS = r"\b(?:issue|ticket|agent|assistant|prompt|TODO|FIXME)s?\b"
each_page = pytest.mark.parametrize("page", documents(), ids=lambda page: page.path)


@each_page
def test_every_file_that_is_named_exists(page: Document) -> None:
    assert [path for path in page.paths() if not exists(path)] == []


@each_page
def test_every_link_leads_somewhere(page: Document) -> None:
    for link in page.links:
        if link.startswith("https://"):
            assert link.split("/")[2] in HOSTS
            continue
        path, _, heading = link.partition("#")
        target = (ROOT / page.path).parent / path if path else ROOT / page.path
        assert target.exists(), link
        assert not heading or heading in headings(target), link


def headings(path: Path) -> set[str]:
    """The anchors of a page's headings."""
    found = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


@each_page
def test_every_make_target_and_setting_and_module_that_is_named_exists(page: Document) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z][a-z-]*)", page.code)) - targets == set()
    assert set(re.findall(r"\bLOTSE_[A-Z][A-Z_]*", page.text)) - SETTINGS == set()
    modules = {name.replace(".", "/") for name in re.findall(r"(?<![\w/])bot(?:\.[a-z_]+)+", " ".join(page.spans))}
    assert {name for name in modules if not (ROOT / name).is_dir() and not exists(f"{name}.py")} == set()


def test_every_program_behind_a_make_target_exists() -> None:
    programs = re.findall(r"-m (tests\.[\w.]+)", (ROOT / "Makefile").read_text("utf-8"))
    paths = [ROOT / name.replace(".", "/") for name in programs]
    assert [
        str(path) for path in paths if not path.with_suffix(".py").exists() and not (path / "__main__.py").exists()
    ] == []


@each_page
def test_every_verb_and_command_that_is_named_exists(page: Document) -> None:
    for verb in set(re.findall(r"(?:\blotse|-m bot) ([a-z][\w-]*)", page.code)):
        with pytest.raises(SystemExit) as end:
            main([verb, "--help"])
        assert end.value.code == 0, verb
    named = {span for span in page.spans if re.fullmatch(r"/[a-z]+", span)}
    assert named - COMMANDS - NO_COMMANDS == set()


@each_page
def test_a_page_speaks_of_the_project_alone(page: Document) -> None:
    assert [found for pattern in STRANGE for found in re.findall(pattern, page.text)] == []
    assert re.findall(STRANGE_WORDS, page.prose, re.IGNORECASE) == []


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("See `bot/nowhere.py`.", test_every_file_that_is_named_exists),
        ("See `nowhere.py`.", test_every_file_that_is_named_exists),
        ("See [there](docs/nowhere.md).", test_every_link_leads_somewhere),
        ("See [there](docs/privacy.md#nowhere).", test_every_link_leads_somewhere),
        ("```sh\nmake nothing\n```", test_every_make_target_and_setting_and_module_that_is_named_exists),
        ("LOTSE_NOTHING", test_every_make_target_and_setting_and_module_that_is_named_exists),
        ("`bot.core.nothing`", test_every_make_target_and_setting_and_module_that_is_named_exists),
        ("`lotse nothing`", test_every_verb_and_command_that_is_named_exists),
        ("`/nothing`", test_every_verb_and_command_that_is_named_exists),
        ("as told in #12", test_a_page_speaks_of_the_project_alone),
    ],
)
def test_a_page_that_is_wrong_is_seen(text: str, finds: Callable[[Document], None]) -> None:
    with pytest.raises(AssertionError):
        finds(Document("README.md", text))


def test_the_readme_names_every_command() -> None:
    assert COMMANDS - set(document("README.md").spans) == set()


def test_the_tree_of_the_architecture_is_the_tree_of_the_project() -> None:
    drawn = list(tree(document("docs/architecture.md").blocks[0][1]))
    assert [path for path in drawn if not (ROOT / path).exists()] == []
    features = {path.name for path in (ROOT / "bot/features").iterdir() if (path / "__init__.py").exists()}
    assert {path.split("/")[2] for path in drawn if path.startswith("bot/features/")} == features


def test_operators_find_every_setting_metric_and_event() -> None:
    page = document("docs/operating.md")
    assert SETTINGS - set(page.section("Settings").spans) == set()
    told = {span for span in page.section("Health and metrics").spans if span.startswith("lotse_")}
    assert [name for name in told if f"{name} " not in generate_latest().decode()] == []
    written = {event for source in sources("bot") for event in re.findall(r'\blog\.\w+\("(\w+)"', source.text)}
    assert set(page.section("Logs").spans) == written


def test_the_register_of_privacy_names_every_table() -> None:
    stored = document("docs/privacy.md").section("What is stored where, and how long")
    tables: set[str] = set()
    for line in stored.text.splitlines():
        if line.startswith("| `"):
            tables.update(re.findall(r"`(\w+)`", line.split("|")[1]))
    assert set(SQLModel.metadata.tables) - tables - {"activity", "shiftlanguage"} == set()
    assert tables - set(SQLModel.metadata.tables) == set()


def test_the_glossary_has_every_term_in_every_language() -> None:
    with (ROOT / "locales/glossary.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["term", *LOCALES, "note"]
    assert [row for row in rows if len(row) != len(header) or not all(row)] == []
    assert len({row[0] for row in rows}) == len(rows)


EXAMPLES = [body for language, body in document("CONTRIBUTING.md").blocks if language == "python"]


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_runs(example: str, tmp_path: Path) -> None:
    run(example, tmp_path)


def run(example: str, folder: Path) -> dict[str, object]:
    """Run an example as a module of its own and return what it defines."""
    path = folder / "example.py"
    path.write_text(example, "utf-8")
    return runpy.run_path(str(path))


def test_the_feature_of_the_example_fits_the_house(tmp_path: Path) -> None:
    feature = run(next(one for one in EXAMPLES if "FEATURE = " in one), tmp_path)["FEATURE"]
    registry = Registry((*FEATURES, feature))  # type: ignore[arg-type]
    assert "thanks" in registry.commands


async def test_the_story_of_the_example_plays(town: Town, tmp_path: Path) -> None:
    told = run(next(one for one in EXAMPLES if "town: Town" in one), tmp_path)
    (story,) = (value for name, value in told.items() if name.startswith("test_"))
    await story(town)  # type: ignore[operator]
