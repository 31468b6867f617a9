/** Measures the counting of a request whose tokens are in memory, which is true for nearly every request. */
import type { App } from "../server/src/app.ts";
import type { Cluster } from "./cluster.ts";
import { figure, print } from "./figures.ts";
import { ROUNDS } from "./settings.ts";
import { createWorld } from "./world.ts";

const REQUESTS_PER_ROUND = 1_000_000;

export async function measureLimits(cluster: Cluster): Promise<void> {
  const { app } = await createWorld(cluster, 1);
  const rounds: number[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const microseconds = await microsecondsOf(app);
    if (round >= 0) rounds.push(microseconds);
  }
  print(figure("request counted for network and credential", "µs", rounds, { is: "at most", value: 5 }));
}

/** Returns the average time of one request in a round, in microseconds. */
async function microsecondsOf({ allowances }: App): Promise<number> {
  const start = performance.now();
  for (let request = 0; request < REQUESTS_PER_ROUND; request++) {
    const ofNetwork = allowances.take(allowances.find("network", "203.0.113.7", "write"));
    if (ofNetwork) await ofNetwork;
    const ofCredential = allowances.take(allowances.find("credential", "key:bench", "write"));
    if (ofCredential) await ofCredential;
  }
  return ((performance.now() - start) * 1_000) / REQUESTS_PER_ROUND;
}
