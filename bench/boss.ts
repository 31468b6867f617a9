/** The same lifecycle with pg-boss 10: send, fetch, complete, one by one. */
import PgBoss from "pg-boss";
import type { Cluster } from "./cluster.ts";
import { PAYLOAD, RESULT } from "./ours.ts";

const QUEUE = "bench";
/** One connection for each of the most callers it is measured with. */
const CONNECTIONS = 16;

export interface Boss {
  lifecycle(): Promise<void>;
  /** One job, which stays. */
  send(payload: object): Promise<void>;
  stop(): Promise<void>;
}

export async function startBoss({ socket }: Cluster): Promise<Boss> {
  // Without its timers, which would only take time away from it.
  const boss = new PgBoss({ ...socket, max: CONNECTIONS, supervise: false, schedule: false });
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

/** A fetch answers nothing when others held all it saw, its caller's own job included; then it is made again. */
async function fetchJob(boss: PgBoss): Promise<PgBoss.Job<object>> {
  for (;;) {
    const [job] = await boss.fetch<object>(QUEUE);
    if (job) return job;
  }
}
