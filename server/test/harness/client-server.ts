/** A listening server that also serves the clients, for tests that run the programs of agents as processes. */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll } from "vitest";
import type { Actor } from "../../src/kernel/actor.ts";
import { createKey } from "../../src/keys/operations/create-key.ts";
import { clients } from "../../src/surfaces/clients/clients.ts";
import type { HttpServer } from "../../src/surfaces/http/server.ts";
import { getTask } from "../../src/tasks/operations/get-task.ts";
import { anAgent } from "./builders.ts";
import { useApp } from "./harness.ts";
import { aScene, type Scene } from "./scene.ts";
import { createWeb } from "./web.ts";

export const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));

export interface ClientServer {
  scene: Scene;
  url: string;
  /** A folder outside of the repository. */
  folder: string;
  /** A new agent, and the environment in which its program runs. */
  agent(name: string): Promise<{ actor: Actor; env: Record<string, string> }>;
  /** Starts a program in `folder`. It is killed after the last test. */
  start(command: string, args: readonly string[], env: Record<string, string>): ChildProcess;
  /** Runs a program in `folder` to its end and returns its output. Rejects with the output when it fails. */
  run(command: string, args: readonly string[], env?: Record<string, string>): Promise<string>;
  task(id: string): Promise<Awaited<ReturnType<typeof readTask>>>;
  /** The paths of the calls that succeeded, oldest first. */
  succeeded: readonly string[];
}

/** The clients are packed for each test file that uses them. */
export function useClientServer(): () => ClientServer {
  const app = useApp();
  const children: ChildProcess[] = [];
  let made: (ClientServer & { http: HttpServer }) | undefined;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "bailiwick-agent-"));
    const packed = join(folder, ".clients");
    execFileSync(process.execPath, [join(REPOSITORY, "server/build-clients.js"), packed]);
    const web = createWeb(app());
    clients(packed)(web.app, web.tools);
    const succeeded: string[] = [];
    web.app.addHook("onResponse", async ({ url }, { statusCode }) => {
      if (statusCode < 400) succeeded.push(url);
    });
    await web.app.listen({ port: 0, host: "127.0.0.1" });
    // A server that listens on TCP has an address of this form.
    const { port } = web.app.server.address() as AddressInfo;
    made = { ...serverOf(await aScene(app()), `http://127.0.0.1:${port}`, folder, children), succeeded, http: web };
  });
  afterAll(async () => {
    for (const child of children) killGroup(child);
    await made?.http.close();
    if (made) rmSync(made.folder, { recursive: true, force: true });
  });
  return () => {
    if (!made) throw new Error("The server starts before the first test.");
    return made;
  };
}

function serverOf(
  scene: Scene,
  url: string,
  folder: string,
  children: ChildProcess[],
): Omit<ClientServer, "succeeded"> {
  const environment = (env: Record<string, string>) => ({ PATH: process.env.PATH, HOME: folder, ...env });
  return {
    scene,
    url,
    folder,
    async agent(name) {
      const actor = await anAgent(scene.app, scene.workspace, { name });
      const { key } = await scene.app.call(createKey, scene.owner, { kind: "agent", agent_id: actor.id, name });
      return { actor, env: { BAILIWICK_URL: url, BAILIWICK_KEY: key } };
    },
    start(command, args, env) {
      const stdio = ["ignore", "ignore", "inherit"] as const;
      const child = spawn(command, args, { cwd: folder, env: environment(env), stdio: [...stdio], detached: true });
      children.push(child);
      return child;
    },
    async run(command, args, env = {}) {
      const { stdout } = await promisify(execFile)(command, args, { cwd: folder, env: environment(env) });
      return stdout;
    },
    task: (id) => readTask(scene, id),
  };
}

/** The programs that a script started end too. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended.
  }
}

function readTask({ app, owner }: Scene, id: string) {
  return app.call(getTask, owner, { id });
}

/** Returns true when the program is installed; otherwise prints why its tests are skipped. */
export function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    console.log(`Skipped: there is no ${program} on this machine.`);
    return false;
  }
}
