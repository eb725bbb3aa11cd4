"""What the database needs now and then."""

from server.storage.database import current


async def optimize() -> None:
    """Let SQLite look anew at how its tables are filled, where that changed. PostgreSQL does so by itself."""
    database = current()
    if database.dialect == "sqlite":
        await database.client.execute_script("PRAGMA optimize")
