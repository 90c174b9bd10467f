"""The faults' settings: checked in code and over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.twenty import SandboxTwenty
from sandbox.twenty.faults import ApiFault, Faults, FaultSwitch
from sandbox.twenty.faults.routes import fault_routes


@pytest.fixture
def twenty() -> Iterator[SandboxTwenty]:
    twenty = SandboxTwenty("key")
    twenty.start()
    yield twenty
    twenty.stop()


def _put(twenty: SandboxTwenty, sent: Any) -> requests.Response:
    return requests.put(f"{twenty.url}/sandbox/faults", json=sent, timeout=5)


def test_faults_are_shown_and_replaced_over_http(twenty: SandboxTwenty) -> None:
    """What a GET shows can be put back; what is not named is off; no token is asked for."""
    cut = {"kind": "cut", "share": 0.5, "plural": "repProgressions"}
    answer = _put(twenty, {"drop_share": 0.1, "seed": 7, "api": [cut]})
    assert answer.status_code == 200
    expected = Faults(drop_share=0.1, seed=7, api=(ApiFault(kind="cut", share=0.5, plural="repProgressions"),))
    assert twenty.faults.settings == expected
    shown = requests.get(f"{twenty.url}/sandbox/faults", timeout=5).json()
    assert shown == answer.json()
    assert _put(twenty, {}).ok
    assert twenty.faults.settings == Faults()
    assert _put(twenty, shown).ok
    assert twenty.faults.settings == expected


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"drop": 0.1}, "unknown: drop; known are seed, drop_share"),
        ({"api": [{"kind": "500", "share": 1, "often": 1}]}, "unknown: often; known are kind, share"),
        ({"api": [{"kind": "500"}]}, "a fault of the API needs share"),
        ({"api": [{"kind": "503", "share": 1}]}, "kind must be one of 429, 500, 400, hang, cut, not '503'"),
        ({"api": {}}, "api must be a list"),
        ({"api": ["500"]}, "a fault of the API must be an object"),
        ({"api": [{"kind": "hang", "share": 1, "hang_s": -1}]}, "hang_s must be a number of seconds, not -1"),
        ({"api": [{"kind": "500", "share": 1, "method": 5}]}, "method must be a text or null"),
        ({"drop_share": 1.5}, "drop_share must be a number from 0 to 1, not 1.5"),
        ({"double_share": "0.1"}, "double_share must be a number from 0 to 1, not '0.1'"),
        ({"reorder_share": True}, "reorder_share must be a number from 0 to 1, not True"),
        ({"delay_s": None}, "delay_s must be a number of seconds, not None"),
        ({"seed": 1.5}, "seed must be a whole number from 0, not 1.5"),
        ({"drop_above_a_minute": -1}, "drop_above_a_minute must be a whole number from 0, not -1"),
        ([], "the faults must be an object"),
    ],
)
def test_wrong_settings_are_refused_and_change_nothing(twenty: SandboxTwenty, sent: Any, said: str) -> None:
    """A 400 says what is wrong; the faults stay as they were."""
    before = Faults(drop_share=0.2)
    twenty.faults.set(before)
    answer = _put(twenty, sent)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(said)
    assert twenty.faults.settings is before


@pytest.mark.parametrize("raw", [b"", b"{", b'{"drop_share": NaN}', b'{"delay_s": Infinity}'])
def test_what_is_no_json_is_refused(twenty: SandboxTwenty, raw: bytes) -> None:
    """So are JavaScript's numbers that are none."""
    answer = requests.put(f"{twenty.url}/sandbox/faults", data=raw, timeout=5)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("10.1.2.3", 403), ("192.168.0.9", 403)]
)
def test_only_this_machine_may_ask(address: str, status: int) -> None:
    """Whoever comes over the network is refused, should the sandbox ever be reachable from there."""
    from flask import Flask

    app = Flask("test")
    app.register_blueprint(fault_routes(FaultSwitch()))
    answer = app.test_client().get("/sandbox/faults", environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_the_rest_of_the_api_still_asks_for_a_token(twenty: SandboxTwenty) -> None:
    """Only the sandbox's own routes are open."""
    assert requests.get(f"{twenty.url}/sandbox/elsewhere", timeout=5).status_code == 403
    assert requests.get(f"{twenty.url}/rest/metadata/webhooks", timeout=5).status_code == 403
