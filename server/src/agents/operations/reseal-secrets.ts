import Type from "typebox";
import { resealAnswers } from "../../kernel/dispatch/idempotency.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { resealBatch } from "../change-agent.ts";

/** Values sealed anew in one transaction. */
const BATCH = 200;

/** For the operator, after a new master key. What is sealed under the first one already is left alone. */
export const resealSecrets = command({
  name: "agents.reseal_secrets",
  summary: "Seal anew, under the first master key, what older ones sealed in one workspace.",
  route: "POST /internal/agents/reseal-secrets",
  internal: true,
  permission: "secrets:write",
  input: Fields({}),
  output: Fields({ resealed: Type.Integer() }),
  problems: [],
  async run({ tx, env }) {
    const secrets = await resealBatch({ tx, env }, BATCH);
    const answers = await resealAnswers(tx, env.secrets, BATCH);
    const resealed = secrets + answers;
    if (resealed === 0) return unchanged({ resealed });
    const data = { key_id: env.secrets.keyId, secrets, answers };
    return changed({ resealed }, { type: "secrets.resealed", subject: { kind: "workspace", id: tx.workspace }, data });
  },
});
