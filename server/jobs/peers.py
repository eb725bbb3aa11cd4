"""The lane `peers`: long work on other servers, a part at a time. What is left of it is the next job, so that a restart
loses nothing and everybody can see how far it is."""

from server.actions.domains import continue_import, continue_purge
from server.ledger.queue import ClaimedJob
from server.rules.permissions import Principal


async def handle(job: ClaimedJob) -> None:
    """The handler of the lane. The admin who asked for it stands in the audit log."""
    by = Principal("operator", int(job.payload["by"]), role="admin")
    done, total = int(job.payload["done"]), int(job.payload["total"])
    if job.kind == "import":
        await continue_import(by, job.payload["left"], done, total)
    else:
        await continue_purge(by, str(job.payload["domain"]), done, total)
