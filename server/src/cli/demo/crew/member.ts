/** One process of the crew: an agent with its own key and no other access to the server. */

import { type Client, createClient, type Handler, work } from "../../../../../sdk/src/index.ts";
import { isTransient } from "./checks.ts";
import { specialize } from "./specialist.ts";
import { superviseAudit } from "./supervisor.ts";
import { auditBatch } from "./worker.ts";

const CREW_ROLES = ["supervisor", "worker", "specialist"] as const;
export type CrewRole = (typeof CREW_ROLES)[number];

/** The variables of a process of the crew. The key is a variable because other users can read a command line. */
export const CREW_ENV = { url: "BAILIWICK_URL", key: "BAILIWICK_KEY", path: "BAILIWICK_DEMO_PATH" } as const;

/** A worker has a short lease, so that its death is noticed soon. */
const LEASE_SECONDS: Record<CrewRole, number> = { supervisor: 15, worker: 6, specialist: 15 };

/** Works until standard input closes, which happens when the director ends or dies. */
export async function runCrewMember(role: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const known = CREW_ROLES.find((one) => one === role);
  if (!known) throw new Error(`The demo has no role ${role}. The roles are ${CREW_ROLES.join(", ")}.`);
  const [url, key, path] = [env[CREW_ENV.url], env[CREW_ENV.key], env[CREW_ENV.path]];
  if (!url || !key || !path) throw new Error("Only `bailiwick demo` starts this command.");
  process.stdin.once("close", () => process.exit()).resume();
  // Ctrl-C reaches the whole crew, but only the director acts on it.
  process.on("SIGINT", () => undefined);
  const client = createClient({ url, key });
  const lease_seconds = LEASE_SECONDS[known];
  await work(client, handlerOf(known, client, path), { lease_seconds, wait_seconds: 20, isRetryable: isTransient });
}

function handlerOf(role: CrewRole, client: Client, path: string): Handler {
  switch (role) {
    case "supervisor":
      return superviseAudit(client, path);
    case "worker":
      return auditBatch(path);
    case "specialist":
      return specialize(client);
    default:
      return role satisfies never;
  }
}
