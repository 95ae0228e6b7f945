"""The codes of authenticator apps."""

import pytest

from tikmatrix_desktop.apps.one_time_codes import BadSecret, one_time_code

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_of_the_rfc_come_out(at: int, code: str) -> None:
    # RFC 6238, appendix B, the last six of its eight digits.
    assert one_time_code(RFC_SECRET, at) == code


def test_a_secret_is_taken_as_apps_print_it() -> None:
    assert one_time_code("gezd gnbv-gy3t qojq gezd gnbv gy3t qojq", 59) == "287082"


def test_short_secrets_are_taken_as_some_apps_give_them() -> None:
    assert len(one_time_code("JBSWY3DPEHPK3PXP", 59)) == 6


@pytest.mark.parametrize("secret", ["", "ABC", "not base32!", "1111111111111111"])
def test_what_is_no_secret_is_refused_without_being_repeated(secret: str) -> None:
    with pytest.raises(BadSecret) as caught:
        one_time_code(secret, 59)
    assert not secret or secret not in str(caught.value)
