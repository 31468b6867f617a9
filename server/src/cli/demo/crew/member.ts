/** One process of the crew: an agent with a key of its own, and no other way into the server. */
import { type Client, createClient, type Handler, work } from "../../../../../sdk/src/index.ts";
import { specialize } from "./specialist.ts";
import { superviseAudit } from "./supervisor.ts";
import { isTransient } from "./transient.ts";
import { auditBatch } from "./worker.ts";

const CREW_ROLES = ["supervisor", "worker", "specialist"] as const;
export type CrewRole = (typeof CREW_ROLES)[number];

/** What a process of the crew is told. The key comes this way because everybody can read a command line. */
export const CREW_ENV = { url: "BAILIWICK_URL", key: "BAILIWICK_KEY", path: "BAILIWICK_DEMO_PATH" } as const;

/** A worker's is short, so that its death is noticed soon. Seconds. */
const LEASE_SECONDS: Record<CrewRole, number> = { supervisor: 15, worker: 6, specialist: 15 };

/** Works until the director's end of standard input is closed, however the director ended. */
export async function runCrewMember(role: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const known = CREW_ROLES.find((one) => one === role);
  if (!known) throw new Error(`There is no role ${role} in the demo; there are ${CREW_ROLES.join(", ")}.`);
  const [url, key, path] = [env[CREW_ENV.url], env[CREW_ENV.key], env[CREW_ENV.path]];
  if (!url || !key || !path) throw new Error("This is a part of `bailiwick demo`, which starts it.");
  process.stdin.once("close", () => process.exit()).resume();
  // Ctrl-C reaches the whole crew; the director decides what follows.
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
