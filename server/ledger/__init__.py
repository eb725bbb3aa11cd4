"""Every bookkeeping write: work to do, deliveries, receipts, notifications, counters, audit."""
