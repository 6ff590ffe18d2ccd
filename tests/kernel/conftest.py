from tests.kernel.bells import bells

__all__ = ["bells"]
