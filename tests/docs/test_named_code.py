"""Documents name code that exists."""

import importlib
import re
from operator import attrgetter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("docs/adr/*.md"), ROOT / "CONTRIBUTING.md", ROOT / "README.md"])
# `worker/digest.py: digest_batch` or `worker/digest.py`
IN_FILES = re.compile(r"`([a-z]\w*/[a-z_/0-9]+\.(?:py|toml))(?:: ([A-Za-z_.]+))?`")
# `worker.digest.digest_batch`
DOTTED = re.compile(r"`((?:handlers|schemas|worker|twenty_client|programs|ledger|runtime|sandbox)(?:\.\w+)+)`")
LINKS = re.compile(r"\]\(([^)#:]+)\)")


def named_in_files() -> set[tuple[str, str]]:
    """(path, name in it or "") of all documents."""
    return {found for document in DOCUMENTS for found in IN_FILES.findall(document.read_text(encoding="utf-8"))}


def resolve(dotted: str) -> object:
    """What a dotted name stands for; raises ImportError or AttributeError."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        try:
            module = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        return attrgetter(".".join(parts[length:]))(module) if parts[length:] else module
    raise ImportError(dotted)


@pytest.mark.parametrize(("path", "name"), sorted(named_in_files()))
def test_files_and_functions_named_in_documents_exist(path: str, name: str) -> None:
    """A path is a file of the repository, and the name after it can be imported from it."""
    assert (ROOT / path).is_file()
    if name:
        module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
        attrgetter(name)(module)


@pytest.mark.parametrize(
    "dotted", sorted({name for each in DOCUMENTS for name in DOTTED.findall(each.read_text(encoding="utf-8"))})
)
def test_dotted_names_in_documents_exist(dotted: str) -> None:
    """A dotted name is a module, or something in one."""
    assert resolve(dotted) is not None


def test_flow_names_a_function_in_every_step() -> None:
    """Each numbered step of the flow names at least one function."""
    steps = re.split(r"^\d+\. ", (ROOT / "docs/flow.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(steps) > 10
    assert all(any(name for _, name in IN_FILES.findall(step)) for step in steps)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    """A relative link leads to a file or folder of the repository."""
    targets = LINKS.findall(document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []
