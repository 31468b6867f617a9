/**
 * A separate server process for `races-processes.test.ts`. It prints when it is ready, waits for a line, then claims
 * and completes until no task is left.
 */
import { once } from "node:events";
import type { Actor } from "../../src/kernel/actor.ts";
import { claimTasks } from "../../src/tasks/operations/claim-tasks.ts";
import { completeTask } from "../../src/tasks/operations/complete-task.ts";
import { startTask } from "../../src/tasks/operations/start-task.ts";
import type { Claimed } from "../../src/tasks/schema.ts";
import { agentActor, createProcessServer, type Socket } from "./process-server.ts";

export interface ClaimerWork {
  socket: Socket;
  workspace: string;
  agentIds: string[];
  /** The task that every caller of every process tries to start. */
  contested: string;
}

export interface ClaimerReport {
  given: string[];
  started: number;
}

const CALLERS = 8;

// The test that starts this process passes this object.
const work = JSON.parse(process.argv[2] ?? "") as ClaimerWork;
const { pool, call } = createProcessServer(work.socket);

async function drain(actor: Actor): Promise<string[]> {
  const given: string[] = [];
  for (;;) {
    // The output of a claim has this shape.
    const { items } = (await call(claimTasks, actor, { limit: 5 })) as Claimed;
    if (items.length === 0) return given;
    for (const { id, fence } of items) await call(completeTask, actor, { id, fence });
    given.push(...items.map(({ id }) => id));
  }
}

const callers = Array.from({ length: CALLERS }, (_, index) =>
  agentActor(work.workspace, work.agentIds[index % work.agentIds.length] ?? ""),
);
const [owner] = callers;
await pool.query("select 1");
process.stdout.write("ready\n");
await once(process.stdin, "data");
const starts = await Promise.allSettled(callers.map(() => owner && call(startTask, owner, { id: work.contested })));
const given = (await Promise.all(callers.map(drain))).flat();
const report: ClaimerReport = { given, started: starts.filter(({ status }) => status === "fulfilled").length };
await pool.end();
process.stdout.write(JSON.stringify(report));
process.stdin.destroy();
