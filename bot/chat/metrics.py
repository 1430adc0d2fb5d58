"""Metrics: the counters an operator watches; no label ever holds a person."""

from prometheus_client import Counter, Gauge

UPDATES = Counter("lotse_updates", "Updates handled, by outcome", ["outcome"])
DELIVERIES = Counter("lotse_deliveries", "Messages that left or failed, by lane and outcome", ["lane", "outcome"])
DUE = Counter("lotse_due", "Due rows settled, by kind and outcome", ["kind", "outcome"])
LOOP_LAG = Gauge("lotse_loop_lag_seconds", "How late the event loop was at the last tick")
LAST_UPDATE = Gauge("lotse_last_update_timestamp_seconds", "When an update was last kept, as Unix time")
LAST_TICK = Gauge("lotse_last_tick_timestamp_seconds", "When the last tick ended, as Unix time")
