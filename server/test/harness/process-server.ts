/** A server in a process of its own, for tests that start it as a script. Its calls come from agents. */
import { createApp } from "../../src/app.ts";
import { permissionsOf } from "../../src/auth/permissions.ts";
import { createPool, type PoolTarget } from "../../src/db/connect.ts";
import type { Actor } from "../../src/kernel/actor.ts";
import type { claimTasks } from "../../src/tasks/operations/claim-tasks.ts";
import type { completeTask } from "../../src/tasks/operations/complete-task.ts";
import type { startTask } from "../../src/tasks/operations/start-task.ts";
import { testEnvironment } from "./environment.ts";
import { PATIENT, PATIENT_MS } from "./patience.ts";

export type Socket = NonNullable<PoolTarget["socket"]>;

export function createProcessServer(socket: Socket) {
  const pool = createPool({ socket, size: 8 });
  pool.options.connectionTimeoutMillis = PATIENT_MS;
  const { dispatcher } = createApp({ pool, env: testEnvironment(), dbLimits: PATIENT });
  return {
    pool,
    async call(
      operation: typeof claimTasks | typeof completeTask | typeof startTask,
      actor: Actor,
      input: unknown,
    ): Promise<unknown> {
      const request = {
        id: `process ${process.pid}`,
        trace_id: null,
        ip: "",
        at_this_machine: false,
        user_agent: "",
        session: null,
      };
      return (await dispatcher.dispatch(operation, actor, { input, request })).output;
    },
  };
}

export function agentActor(workspace: string, id: string): Actor {
  const common = {
    key_id: null,
    session_id: null,
    workspace,
    role: null,
    permissions: permissionsOf({ kind: "agent" }),
  };
  return { kind: "agent", id, ...common, credential: `agent:${id}` };
}
