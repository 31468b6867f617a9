import { personActor, recognise } from "../../auth/index.ts";
import { type Actor, may } from "../../kernel/actor.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import { type PublicContext, publicCommand } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { makeKey } from "../../keys/index.ts";
import { CreatedKey } from "../../keys/schema.ts";
import { deviceUsed } from "../facts.ts";
import { INTERVAL_SECONDS } from "../rules.ts";
import { DeviceCode } from "../schema.ts";
import { pollCode, saveUsed } from "../store/codes.ts";

/** The key is made here and not at the approval, so that no secret is stored. */
export const takeDeviceKey = publicCommand({
  name: "auth.take_device_key",
  summary: "Take the key of an approved device code. It is returned once.",
  description:
    "authorization_pending: no person has decided yet. slow_down: the calls come faster than interval_seconds. " +
    "expired_token: the code is unknown, used or older than 10 minutes. access_denied: a person refused, or the person who " +
    "approved may no longer make keys.",
  route: "POST /auth/device/token",
  input: Fields({ device_code: DeviceCode }),
  output: Fields({ key: CreatedKey.properties.key, agent_id: Id, workspace_id: Id }),
  problems: ["authorization_pending", "slow_down", "expired_token", "access_denied", "tier_limit"],
  async run(context, { device_code }) {
    const { tx, env } = context;
    const code = await pollCode(tx, env.secrets.fingerprint(device_code), INTERVAL_SECONDS);
    if (!code || code.status === "used") throw expired();
    if (code.status === "denied") throw denied("A person refused.");
    const { workspace_id, person_id, agent_id, client_name } = code;
    if (code.status === "waiting" || !workspace_id || !person_id || !agent_id) {
      // Returned and not thrown, so that the time of this request stays.
      return { output: NOTHING, problem: code.is_early ? tooFast() : pending() };
    }
    const inside = await tx.enter(workspace_id);
    const actor = await requireMaker(inside, person_id);
    const { key, fact } = await makeKeyFor(context, inside, actor, { name: client_name, agent_id });
    await saveUsed(inside, code.id);
    const used = deviceUsed(code.id, { client_name, agent_id, key_id: key.id }, { agent_id });
    return { output: { key: key.key, agent_id, workspace_id }, fact: { actor, fact, more: [used] } };
  },
});

/** Never sent: the problem is. */
const NOTHING = { key: "", agent_id: "", workspace_id: "" };

/** Reads the present role of the person who approved. */
async function requireMaker(tx: Tx, personId: string): Promise<Actor> {
  const [actor] = await recognise(tx, [personActor(personId, tx.workspace, "viewer", null)]);
  if (!actor || actor instanceof Problem || !may(actor, "keys:write")) {
    throw denied("The person who approved may no longer make keys.");
  }
  return actor;
}

async function makeKeyFor(
  { env, now }: PublicContext,
  tx: Tx,
  actor: Actor,
  { name, agent_id }: { name: string; agent_id: string },
) {
  try {
    return await makeKey({ tx, actor, now, env }, { kind: "agent", name, agent_id });
  } catch (error) {
    // The agent was archived after the approval.
    if (error instanceof Problem && error.status !== 403) throw denied("The agent gets no key.");
    throw error;
  }
}

const pending = () => new Problem("authorization_pending", "No person has decided on this code yet.");
const tooFast = () => new Problem("slow_down", "The calls come too fast.", { retry_after_seconds: INTERVAL_SECONDS });
const expired = () =>
  new Problem("expired_token", "This code is no longer valid.", { next_step: "Request a new code." });
const denied = (detail: string) => new Problem("access_denied", detail);
