"""Browser tests: one Chromium for all of them, one running stage for each module."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from console_browser import CHROMIUM, DRIVER, Browser, open_chromium
from console_stage import ConsoleStage
from console_stage import console_stage as built_stage
from no_chromium import NEEDED, NO_CHROMIUM
from selenium.webdriver import Chrome

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them are marked; without Chromium they are skipped, or fail where it must be there."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.processes)


@pytest.fixture(scope="session", autouse=True)
def _chromium_is_here() -> None:
    if not (CHROMIUM and DRIVER):
        pytest.fail(NO_CHROMIUM) if NEEDED else pytest.skip(NO_CHROMIUM)


@pytest.fixture(scope="session")
def chromium(_chromium_is_here: None) -> Iterator[Chrome]:
    """A headless Chromium with a fresh profile."""
    profile = Path(tempfile.mkdtemp(prefix="repsync-chromium-"))
    driver = open_chromium(profile)
    yield driver
    driver.quit()
    shutil.rmtree(profile, ignore_errors=True)


@pytest.fixture(scope="module")
def console_stage(_chromium_is_here: None) -> Iterator[ConsoleStage]:
    """A running receiver, worker and clock beside a sandbox Twenty, shared by the tests of a module."""
    with (
        tempfile.TemporaryDirectory(prefix="repsync-console-", ignore_cleanup_errors=True) as folder,
        built_stage(Path(folder)) as stage,
    ):
        yield stage


@pytest.fixture
def browser(chromium: Chrome, console_stage: ConsoleStage) -> Iterator[Browser]:
    """A person who is not signed in; fails when the browser complained of something that no test asked for."""
    chromium.get("about:blank")
    chromium.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser = Browser(chromium, console_stage)
    browser.look()
    browser.console_errors()
    yield browser
    assert browser.console_errors() == []
