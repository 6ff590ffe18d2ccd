"""What is sealed opens for its purpose, with our keys, and for nobody else."""

import pytest

from zhongshu.kernel.secrets import Unreadable, seal, unseal


def test_what_was_sealed_opens_again():
    assert unseal("totp", seal("totp", "门禁 JBSWY3DP")) == "门禁 JBSWY3DP"


def test_the_same_text_never_looks_the_same():
    assert seal("totp", "JBSWY3DP") != seal("totp", "JBSWY3DP")
    assert "JBSWY3DP" not in seal("totp", "JBSWY3DP")


def test_it_opens_for_its_own_purpose_only():
    with pytest.raises(Unreadable):
        unseal("webhooks", seal("totp", "JBSWY3DP"))


def test_an_earlier_key_still_opens_and_a_forgotten_one_does_not(settings):
    settings.SECRET_KEY = "spring" * 9
    sealed = seal("totp", "JBSWY3DP")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "summer" * 9, ["spring" * 9]
    assert unseal("totp", sealed) == "JBSWY3DP"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Unreadable):
        unseal("totp", sealed)


@pytest.mark.parametrize("damage", ["", "rubbish", "x" * 200])
def test_what_is_damaged_is_refused(damage):
    with pytest.raises(Unreadable):
        unseal("totp", damage)


def test_a_sealed_text_with_one_letter_changed_is_refused():
    sealed = seal("totp", "JBSWY3DP")
    changed = sealed[:30] + ("A" if sealed[30] != "A" else "B") + sealed[31:]
    with pytest.raises(Unreadable):
        unseal("totp", changed)
