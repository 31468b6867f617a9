/** The same lifecycle with pg-boss 10: send, fetch and complete one job at a time. */
import PgBoss from "pg-boss";
import type { Cluster } from "./cluster.ts";
import { PAYLOAD, RESULT } from "./ours.ts";

const QUEUE = "bench";
/** As many connections as the largest number of callers. */
export const BOSS_CALLERS_MAX = 16;

export interface Boss {
  lifecycle(): Promise<void>;
  /** Adds one job, which is never fetched. */
  send(payload: object): Promise<void>;
  stop(): Promise<void>;
}

export async function startBoss({ socket }: Cluster): Promise<Boss> {
  // The timers of pg-boss are off, because they would only cost it time.
  const boss = new PgBoss({ ...socket, max: BOSS_CALLERS_MAX, supervise: false, schedule: false });
  boss.on("error", (error) => {
    throw error;
  });
  await boss.start();
  await boss.createQueue(QUEUE);
  return {
    async lifecycle() {
      await boss.send(QUEUE, PAYLOAD);
      const job = await fetchJob(boss);
      await boss.complete(QUEUE, job.id, RESULT);
    },
    async send(payload) {
      await boss.send(QUEUE, payload);
    },
    stop: () => boss.stop({ graceful: false, wait: true }),
  };
}

/** A fetch returns nothing when other callers hold all jobs that it sees. Then it is repeated. */
async function fetchJob(boss: PgBoss): Promise<PgBoss.Job<object>> {
  for (;;) {
    const [job] = await boss.fetch<object>(QUEUE);
    if (job) return job;
  }
}
