/**
 * A separate server process for `races-processes.test.ts`. For each line, which is a round, it claims with many callers at once and
 * prints the number of leases.
 */
import { createInterface } from "node:readline";
import { claimTasks } from "../../src/tasks/operations/claim-tasks.ts";
import type { Claimed } from "../../src/tasks/schema.ts";
import { agentActor, createProcessServer, type Socket } from "./process-server.ts";

export interface CapRound {
  workspace: string;
  agentIds: string[];
  /** The claims of this process, at once. */
  claims: number;
}

// The test that starts this process passes this object.
const socket = JSON.parse(process.argv[2] ?? "") as Socket;
const { pool, call } = createProcessServer(socket);
await pool.query("select 1");
process.stdout.write("ready\n");
for await (const line of createInterface(process.stdin)) {
  // The test writes these lines.
  const { workspace, agentIds, claims } = JSON.parse(line) as CapRound;
  const answers = Array.from({ length: claims }, async (_, n) => {
    const answer = await call(claimTasks, agentActor(workspace, agentIds[n % agentIds.length] ?? ""), { limit: 1 });
    // The output of a claim has this shape.
    return (answer as Claimed).items.length;
  });
  const leases = (await Promise.all(answers)).reduce((sum, count) => sum + count, 0);
  process.stdout.write(`${leases}\n`);
}
await pool.end();
