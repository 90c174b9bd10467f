"""Asks the academy for battle histories. It has no authentication and promises nothing: bounded in time and size."""

from urllib.parse import quote, urlsplit

import requests

from redhawk_client.errors import RedHawkAway, RedHawkRefused, UnknownRep

TIMEOUTS_S = (5.0, 10.0)  # to connect, and of silence while it answers
LONGEST_ANSWER = 1_048_576  # 50 battles are some 10 kB
_CHUNK = 65_536


class RedHawkClient:
    """The academy at `base_url`, which has its prefix (`https://academy/api/redhawk`).

    Raises ValueError, without quoting it, if that is no address.
    """

    def __init__(self, base_url: str, *, timeouts_s: tuple[float, float] = TIMEOUTS_S) -> None:
        self._base_url = _checked(base_url)
        self._timeouts_s = timeouts_s

    def battle_stats(self, rep_id: str) -> bytes:
        """The answer of `GET /battle/stats/<rep_id>` as it came. Errors: those of `redhawk_client.errors`."""
        url = f"{self._base_url}/battle/stats/{quote(rep_id, safe='')}"
        headers = {"Accept": "application/json", "User-Agent": "repsync"}
        try:
            with requests.get(
                url, headers=headers, timeout=self._timeouts_s, allow_redirects=False, stream=True
            ) as answer:
                return _read(answer)
        except requests.RequestException as error:  # its text quotes the address
            raise RedHawkAway(type(error).__name__) from None


def _read(answer: requests.Response) -> bytes:
    if answer.status_code == 404:
        raise UnknownRep("status 404")
    if answer.status_code != 200:
        raise RedHawkRefused(f"status {answer.status_code}")
    read = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        read += chunk
        if len(read) > LONGEST_ANSWER:
            raise RedHawkRefused("an answer too large to be a history")
    return bytes(read)


def _checked(base_url: str) -> str:
    url = base_url.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("the address of RedHawk must look like https://academy.example.com/api/redhawk")
    return url
