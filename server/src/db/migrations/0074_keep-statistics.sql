-- The rows that teach the planner count as inserted and as dead. A vacuum of these tables while they are empty would
-- forget what it was taught, so it comes with the first thousands of real rows, long after their first analysis.
alter table agents set (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_insert_threshold = 5000);
alter table gates set (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_insert_threshold = 5000);
alter table tasks set (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_insert_threshold = 5000);
