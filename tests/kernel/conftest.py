from tests.identity.conftest import no_jobs
from tests.kernel.bells import bells

__all__ = ["bells", "no_jobs"]
