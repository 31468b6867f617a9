import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { sealStored } from "../change-agent.ts";
import { secretsSealed } from "../facts.ts";
import { lockUnsealed } from "../store/agents.ts";
import { lockUnsealedRevisions, revisionConfig, saveSealedRevision } from "../store/configurations.ts";

/** The most agents, and the most revisions, of one transaction. */
const BATCH = 100;

/** For configurations that were stored before the present rules for secrets. */
export const sealStoredSecrets = command({
  name: "agents.seal_stored_secrets",
  summary: "Seal the secrets that earlier versions left in the configurations of one workspace.",
  route: "POST /internal/agents/seal-stored-secrets",
  internal: true,
  permission: "secrets:write",
  input: Fields({}),
  output: Fields({ agents: Type.Integer(), revisions: Type.Integer() }),
  problems: [],
  async run(context) {
    const { tx } = context;
    const agents = await lockUnsealed(tx, BATCH);
    for (const agent of agents) await sealStored(context, agent);
    const revisions = await lockUnsealedRevisions(tx, BATCH);
    for (const revision of revisions) await saveSealedRevision(tx, revision, revisionConfig(revision));
    const done = { agents: agents.length, revisions: revisions.length };
    return done.agents + done.revisions === 0 ? unchanged(done) : changed(done, secretsSealed(tx.workspace, done));
  },
});
