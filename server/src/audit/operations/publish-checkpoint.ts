import Type from "typebox";
import type { Tx } from "../../kernel/db/tx.ts";
import type { Mail } from "../../kernel/environment.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { findOwner, getMember } from "../../workspaces/index.ts";
import { checkpointPublished } from "../facts.ts";
import { checkpointMail } from "../publishing-rules.ts";
import { keyName } from "../sealing/key.ts";
import { verifierText } from "../sealing/note.ts";
import { publishTree } from "../store/trees.ts";

export const publishCheckpoint = command({
  name: "audit.publish_checkpoint",
  summary: "Store the newest checkpoint of one workspace as a fact, and mail it to the owner, when its time has come.",
  route: "POST /internal/audit/publish-checkpoint",
  internal: true,
  permission: "audit:seal",
  input: Fields({ days: Type.Integer({ minimum: 1 }) }),
  output: Fields({ published: Type.Boolean() }),
  problems: [],
  async run({ tx, env }, { days }) {
    const tree = await publishTree(tx, days);
    if (!tree) return unchanged({ published: false });
    const { checkpoint, size, public_key } = tree;
    const key = verifierText({ name: keyName(tx.workspace), x: public_key });
    const published = { checkpoint, size, key };
    const to = env.delivery === "smtp" ? await ownerAddress(tx) : undefined;
    const mail: { mail?: Mail } = to === undefined ? {} : { mail: checkpointMail(to, published) };
    return { ...changed({ published: true }, checkpointPublished(tx.workspace, published)), ...mail };
  },
});

async function ownerAddress(tx: Tx): Promise<string | undefined> {
  const owner = await findOwner(tx);
  return owner === null ? undefined : (await getMember(tx, owner, owner)).email;
}
