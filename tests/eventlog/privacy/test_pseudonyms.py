"""Keys and pseudonyms: the same everywhere with the same key, nothing without it."""

import hashlib
import hmac
from base64 import b32encode
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.errors import InputError, UsageError
from svcflow.eventlog.privacy.keys import Key, read_key, refuse_other_key, write_key
from svcflow.eventlog.privacy.pseudonyms import is_pseudonym, replace, replace_one

KEY = Key(bytes(range(32)))


@settings(deadline=None, max_examples=50)
@given(st.binary(min_size=16, max_size=80), st.sampled_from(["resource", "customer", "column x"]), st.text())
def test_a_pseudonym_is_hmac_by_the_book(secret: bytes, kind: str, text: str) -> None:
    own = hmac.digest(secret, b"svcflow pseudonym 1\0" + kind.encode(), "sha256")
    word = b32encode(hmac.digest(own, text.encode("utf-8", "surrogatepass"), "sha256"))[:14].decode()
    made = replace_one(Key(secret), kind, text)
    assert made.partition("-")[2] == word
    assert is_pseudonym(made)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(min_size=1), unique=True))
def test_each_text_has_its_own_and_the_company_does_not_matter(texts: list[str]) -> None:
    made = replace(KEY, "resource", texts)
    assert len(set(made)) == len(texts)
    assert made == [replace_one(KEY, "resource", text) for text in texts]
    assert made == replace(KEY, "resource", reversed(texts))[::-1]


def test_kinds_and_keys_are_worlds_apart() -> None:
    other = Key(bytes(range(1, 33)))
    made = {replace_one(key, kind, "Ann") for key in (KEY, other) for kind in ("resource", "customer", "column a")}
    assert len({one.partition("-")[2] for one in made}) == 6


def test_no_two_of_many_are_alike() -> None:
    assert len(set(replace(KEY, "case", map(str, range(200_000))))) == 200_000


def test_a_missing_value_stays_missing() -> None:
    assert replace(KEY, "team", [None, "", None]) == [None, replace_one(KEY, "team", ""), None]


def test_the_key_never_shows() -> None:
    secret = b"correct horse battery staple"
    key = Key(secret)
    assert "horse" not in repr(key)
    assert key.fingerprint not in hashlib.sha256(secret).hexdigest()
    assert len(key.fingerprint) == 16


def test_a_new_key_is_private_random_and_never_written_over(tmp_path: Path) -> None:
    first, second = write_key(tmp_path / "a"), write_key(tmp_path / "b")
    assert first.secret != second.secret
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert read_key(tmp_path / "a") == first
    with pytest.raises(UsageError, match="stands there already"):
        write_key(tmp_path / "a")
    assert read_key(tmp_path / "a") == first


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        (b"", 0o600, "is empty"),
        (b"short", 0o600, "too weak: 5 bytes"),
        (b"a" * 64, 0o600, "1 different"),
        (bytes(range(32)), 0o644, "others"),
        (bytes(range(32)), 0o620, "others"),
        (bytes(range(256)) * 300, 0o600, "larger"),
    ],
)
def test_a_bad_key_is_refused_with_the_command_that_helps(content: bytes, mode: int, says: str, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    file.chmod(mode)
    with pytest.raises(UsageError, match=says) as caught:
        read_key(file)
    assert str(file) in caught.value.hint
    assert content[:5].decode("latin-1") not in caught.value.message or not content


def test_what_is_no_key_file_is_refused(tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "none", "\0", "/dev/zero"):
        with pytest.raises(UsageError) as caught:
            read_key(file)
        assert "\n" not in caught.value.message


def test_names_of_two_keys_do_not_mix() -> None:
    refuse_other_key("", None)
    refuse_other_key(KEY.fingerprint, KEY)
    for made_with, key in ((KEY.fingerprint, None), ("0" * 16, KEY), ("", KEY)):
        with pytest.raises(InputError) as caught:
            refuse_other_key(made_with, key)
        assert caught.value.hint
