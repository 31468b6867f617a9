/** Measures the check of a credential: key and session, from memory and from the database. */

import { verifyLink } from "../server/src/auth/operations/verify-link.ts";
import { createSignInLink } from "../server/src/auth/owner.ts";
import { createKey } from "../server/src/keys/operations/create-key.ts";
import { measure } from "./callers.ts";
import type { Cluster } from "./cluster.ts";
import { figure, print } from "./figures.ts";
import { PIECE_MS, ROUNDS } from "./settings.ts";
import { createWorld, requestInfo, type World } from "./world.ts";

/** The number of checks that wait for PostgreSQL at once, as on a busy server. */
const CALLERS = 16;
/** Checks from memory do not wait, so one step of the measurement has many of them. */
const CHECKS_A_STEP = 100;
const TARGET = { is: "at most", value: 0.3 } as const;

type Credentials = Parameters<World["app"]["authenticate"]>[0];

async function keyOf({ app, owner, workers }: World): Promise<Credentials> {
  const [worker] = workers;
  const input = { kind: "agent", agent_id: worker?.id, name: "Bench" };
  const { output } = await app.dispatcher.dispatch(createKey, owner, { input, request: requestInfo() });
  return { authorization: `Bearer ${(output as { key: string }).key}` };
}

async function sessionOf({ app, owner, workspace }: World): Promise<Credentials> {
  const request = requestInfo();
  const link = await createSignInLink(app.db, app.env, `${owner.id}@example.org`);
  const token = new URL(link).searchParams.get("token");
  const { session } = await app.dispatcher.dispatchPublic(verifyLink, { input: { token }, request });
  if (!session || session === "clear") throw new Error("Signing in gave no session.");
  return { session: session.token, workspace };
}

export async function measureChecks(cluster: Cluster): Promise<void> {
  const world = await createWorld(cluster, 1);
  const watched = { process: process.pid, postmaster: cluster.postmaster };
  const { app } = world;
  for (const [name, credentials] of [
    ["key", await keyOf(world)],
    ["session", await sessionOf(world)],
  ] as const) {
    const remembered = async () => {
      for (let check = 0; check < CHECKS_A_STEP; check++) await app.authenticate(credentials);
    };
    const lookedUp = async () => {
      app.signals.forgetCredentials("all");
      await app.authenticate(credentials);
    };
    const cpu: Record<"remembered" | "lookedUp", (number | null)[]> = { remembered: [], lookedUp: [] };
    for (let round = -1; round < ROUNDS; round++) {
      const warm = await measure(1, PIECE_MS, remembered, watched);
      const cold = await measure(CALLERS, PIECE_MS, lookedUp, watched);
      if (round < 0) continue;
      cpu.remembered.push(warm.cpuMs === null ? null : warm.cpuMs / CHECKS_A_STEP);
      cpu.lookedUp.push(cold.cpuMs);
    }
    print(figure(`${name} check, remembered: CPU of server and database`, "ms", cpu.remembered, TARGET));
    print(
      figure(`${name} check, looked up, ${CALLERS} callers: CPU of server and database`, "ms", cpu.lookedUp, TARGET),
    );
  }
}
