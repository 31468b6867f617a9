/**
 * The files that also run on the oldest supported PostgreSQL. `conformance.test.ts` runs every operation there, and the
 * others what a version can change: plans, partitions, triggers, roles, backups and the jobs that use them. Locks are the
 * same in all supported versions, so the races run once.
 */
export const ON_OLDEST: readonly string[] = [
  "server/src/db/{backup,notify,role,schema}.test.ts",
  "server/src/kernel/db/*.test.ts",
  "server/test/{conformance,races-processes}.test.ts",
  "server/src/{auth,tasks}/jobs.test.ts",
  "server/src/tasks/{gaps,graph,pools}.test.ts",
  "server/src/audit/{count,looked-at}.test.ts",
  "server/src/{gate,limits}/*.test.ts",
  "server/src/observability/{generator,ingest,retention}.test.ts",
];
