/** The same lifecycle over HTTP, with the server in a separate process. */
import { spawn } from "node:child_process";
import { Agent, request } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createKey } from "../server/src/keys/operations/create-key.ts";
import type { Cluster } from "./cluster.ts";
import { PAYLOAD, RESULT } from "./ours.ts";
import { MASTER_KEY, requestInfo, type World } from "./world.ts";

const CONNECTIONS_MAX = 64;
const bin = join(dirname(fileURLToPath(import.meta.url)), "../../server/bin/bailiwick.js");

export interface HttpBench {
  pid: number;
  lifecycle(caller: number): Promise<void>;
  stop(): Promise<void>;
}

export interface Server {
  pid: number;
  port: number;
  stop(): Promise<void>;
}

/**
 * Starts a server process on the bench's database. The request limits are the defaults unless `settings` has others.
 */
export async function startServer({ socket }: Cluster, settings: Record<string, string>): Promise<Server> {
  const child = spawn(process.execPath, [bin, "start"], {
    env: {
      ...process.env,
      DATABASE_URL: `postgres://${socket.user}@localhost/${socket.database}?host=${encodeURIComponent(socket.host)}&port=${socket.port}`,
      BAILIWICK_PORT: "0",
      BAILIWICK_MASTER_KEY: MASTER_KEY.toString("base64"),
      BAILIWICK_LOG_LEVEL: "error",
      ...settings,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (piece) => {
      text += piece;
      const [, found] = /runs at (\S+)/.exec(text) ?? [];
      if (found) resolve(found);
    });
    child.on("exit", () => reject(new Error(`The server ended: ${text}`)));
  });
  return {
    pid: child.pid ?? 0,
    port: Number(new URL(url).port),
    async stop() {
      const ended = new Promise((resolve) => child.on("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    },
  };
}

export async function startHttp(cluster: Cluster, world: World): Promise<HttpBench> {
  const server = await startServer(cluster, {
    BAILIWICK_WRITES_PER_MINUTE: "1000000",
    BAILIWICK_READS_PER_MINUTE: "1000000",
    BAILIWICK_WORK_PER_MINUTE: "1000000",
  });
  const keys = await Promise.all(world.workers.map((worker) => keyOf(world, worker.id)));
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX });
  const { pid, port } = server;
  return {
    pid,
    async lifecycle(caller) {
      const number = caller % world.workers.length;
      const send = sender(agent, port, keys[number] ?? "");
      const assignee = world.workers[number]?.id;
      await send("/tasks", { title: "Summarise", assigned_to_agent_id: assignee, input: PAYLOAD });
      const [task] = (await send("/tasks/claim", {})).items;
      if (!task) throw new Error("Nothing to claim.");
      await send(`/tasks/${task.id}/complete`, { fence: task.fence, output: RESULT });
    },
    async stop() {
      agent.destroy();
      await server.stop();
    },
  };
}

async function keyOf({ app, owner }: World, agentId: string): Promise<string> {
  const input = { kind: "agent", name: "bench", agent_id: agentId };
  const { output } = await app.dispatcher.dispatch(createKey, owner, { input, request: requestInfo() });
  return (output as { key: string }).key;
}

interface Answered {
  items: { id: string; fence: number }[];
}

function sender(agent: Agent, port: number, key: string) {
  return (path: string, body: unknown): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
      };
      const sent = request(
        { agent, port, host: "127.0.0.1", path: `/api${path}`, method: "POST", headers },
        (answer) => {
          const pieces: Buffer[] = [];
          answer.on("data", (piece: Buffer) => pieces.push(piece));
          answer.on("end", () => {
            const answered = Buffer.concat(pieces).toString();
            if ((answer.statusCode ?? 500) < 300) resolve(JSON.parse(answered) as Answered);
            else reject(new Error(answered));
          });
        },
      );
      sent.on("error", reject);
      sent.end(text);
    });
}
