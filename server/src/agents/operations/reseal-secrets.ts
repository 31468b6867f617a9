import Type from "typebox";
import { resealAnswers } from "../../kernel/dispatch/idempotency.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { resealBatch } from "../change-agent.ts";
import { secretsResealed } from "../facts.ts";
import { agentHooks } from "../hooks.ts";

/** The most values that one transaction reseals. */
const BATCH = 200;

/** For the operator, after a new master key. Values that the first master key sealed stay as they are. */
export const resealSecrets = command({
  name: "agents.reseal_secrets",
  summary: "Reseal, with the first master key, the values of one workspace that older master keys sealed.",
  route: "POST /internal/agents/reseal-secrets",
  internal: true,
  permission: "secrets:write",
  input: Fields({}),
  output: Fields({ resealed: Type.Integer() }),
  problems: [],
  async run({ tx, env }) {
    const ofAgents = await resealBatch({ tx, env }, BATCH);
    const secrets = ofAgents + (await agentHooks.resealOthers(tx, env.secrets, BATCH));
    const answers = await resealAnswers(tx, env.secrets, BATCH);
    const resealed = secrets + answers;
    if (resealed === 0) return unchanged({ resealed });
    const data = { key_id: env.secrets.keyId, secrets, answers };
    return changed({ resealed }, secretsResealed(tx.workspace, data));
  },
});
