/**
 * The files that also run on the oldest supported PostgreSQL. `conformance.test.ts` runs every operation there, and the
 * others run the jobs and all that a version can change: locks, plans, partitions, triggers, roles and backups.
 */
export const ON_OLDEST: readonly string[] = [
  "server/src/db/{backup,notify,role,schema}.test.ts",
  "server/src/kernel/db/*.test.ts",
  "server/test/{conformance,races,races-processes,races-trees}.test.ts",
  "server/src/{auth,tasks}/jobs.test.ts",
  "server/src/tasks/{gaps,graph,pools,undo,unseen-attempts}.test.ts",
  "server/src/tasks/steps/escalation.test.ts",
  "server/src/messages/{model,obligations,races}.test.ts",
  "server/src/audit/{count,looked-at}.test.ts",
  "server/src/{gate,limits,risk,snoozes,tiers}/*.test.ts",
  "server/src/observability/{generator,ingest,outcomes,reprice,retention,runs,sessions}.test.ts",
  "server/src/{alerts,outbox}/*.test.ts",
  "server/src/redactions/redactions.test.ts",
];
