-- The last time that the agent lost a lease. Without a call since then, the agent missed heartbeats.
alter table gates add column lease_lost_at timestamptz(3);
