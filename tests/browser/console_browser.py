"""A person at the console, in headless Chromium."""

import json
import shutil
from pathlib import Path

from console_stage import ConsoleStage
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
PATIENCE_S = 30
_RUN_AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(found => done(found.violations.map(each =>
  each.id + ": " + each.help + " " + each.nodes.map(node => node.target.join(" ")).slice(0, 3).join(" | "))));
"""


def open_chromium(profile: Path) -> Chrome:
    """A Chromium with a profile of its own that talks to the loopback interface alone."""
    options = ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options, Service(DRIVER))
    driver.set_page_load_timeout(PATIENCE_S)
    return driver


class Browser:
    """Opens pages of a stage's console. Its console must stay without errors, but for those that a test takes."""

    def __init__(self, driver: Chrome, stage: ConsoleStage) -> None:
        self.driver = driver
        self.stage = stage

    def open(self, path: str = "/console/") -> None:
        """Goes to a page."""
        self.driver.get(f"{self.stage.url}{path}")

    def sign_in(self, name: str, password: str) -> None:
        """Fills the form of the sign-in page that is open, or opens it."""
        if not self.driver.find_elements(By.ID, "password"):
            self.open("/console/sign-in")
        field = self.find("#name")
        field.clear()
        field.send_keys(name)
        self.find("#password").send_keys(password)
        self.follow(self.find("main button"))

    def enter_as(self, role: str, rep: str | None = None) -> None:
        """Signed in as a user of that role."""
        self.sign_in(*self.stage.user(role, rep))  # type: ignore[arg-type]

    def follow(self, element: WebElement) -> None:
        """Clicks what leads to another page, and waits for that page."""
        before = self.driver.find_element(By.TAG_NAME, "html")
        element.click()
        self.wait(lambda: _is_gone(before))

    def find(self, selector: str) -> WebElement:
        """The first element that a CSS selector finds."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def find_all(self, selector: str) -> list[WebElement]:
        """All that a CSS selector finds."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector: str = "main") -> str:
        """What is read there; empty while it is exchanged."""
        return " ".join(element.text for element in self.find_all(selector))

    @property
    def path(self) -> str:
        """The address without the host."""
        return self.driver.current_url.removeprefix(self.stage.url)

    def wait(self, condition: object, patience_s: float = PATIENCE_S) -> None:
        """Until `condition()` holds."""
        waiting = WebDriverWait(self.driver, patience_s, 0.1, [Exception])
        waiting.until(lambda _: condition())  # type: ignore[operator]

    def wait_for(self, words: str, patience_s: float = PATIENCE_S) -> None:
        """Until the page says so."""
        self.wait(lambda: words in self.text(), patience_s)

    def press(self, *keys: str) -> None:
        """Types on the keyboard, wherever the focus is."""
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def focused(self) -> WebElement:
        """Where the keyboard is."""
        return self.driver.switch_to.active_element

    def tab_to(self, words: str, most: int = 60) -> None:
        """Presses Tab until the focus is on what says exactly this."""
        for _ in range(most):
            self.press("\ue004")
            focused = self.focused()
            if words in (focused.text.strip(), focused.accessible_name.strip()):
                return
        raise AssertionError(f"the keyboard alone does not reach {words!r}")

    def look(self, *, dark: bool = False, phone: bool = False) -> None:
        """Light or dark; 1280 or 390 wide."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        width, height = (390, 844) if phone else (1280, 900)
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def axe_violations(self) -> list[str]:
        """What axe-core finds on the page that is open: `rule: what is wrong, where`."""
        self.driver.execute_script(AXE)
        self.driver.set_script_timeout(PATIENCE_S)
        return list(self.driver.execute_async_script(_RUN_AXE))

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.driver.execute_script("return document.documentElement.scrollWidth - window.innerWidth"))

    def console_errors(self) -> list[str]:
        """What the browser complained of since this was last asked."""
        return [json.dumps(line) for line in self.driver.get_log("browser") if line["level"] == "SEVERE"]

    def picture(self, path: Path) -> None:
        """The whole page as a PNG."""
        size = self.driver.execute_script(
            "return [document.documentElement.clientWidth, document.documentElement.scrollHeight]"
        )
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.save_screenshot(str(path))


def _is_gone(element: WebElement) -> bool:
    try:
        element.is_enabled()
    except Exception:
        return True
    return False
