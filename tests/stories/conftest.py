"""Stories that happen in pages use the same browser as tests/browser."""

from tests.browser.conftest import accessible, at_desk, browser_type_launch_args, complaints, look, on_phone, sign_in

__all__ = ["accessible", "at_desk", "browser_type_launch_args", "complaints", "look", "on_phone", "sign_in"]
