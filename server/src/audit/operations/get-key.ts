import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { keyName } from "../sealing/key.ts";
import { verifierText } from "../sealing/note.ts";
import { mustBeSealed } from "../sealing/sealed.ts";
import { findTree } from "../store/trees.ts";

export const getKey = query({
  name: "audit.get_key",
  summary: "Get the public key that verifies the checkpoints of the workspace.",
  description: "A verifier key as C2SP's signed-note and Go's sumdb/note write it. Keep it apart from the exports.",
  route: "GET /audit/key",
  permission: "audit:read",
  // For people outside, and too long for a model.
  tool: false,
  input: Fields({}),
  output: Fields({ key: Type.String() }),
  text: { types: ["text/plain"], of: ({ key }) => ({ type: "text/plain", body: `${key}\n` }) },
  problems: ["conflict"],
  async run({ tx }) {
    const { public_key } = mustBeSealed(await findTree(tx));
    return { key: verifierText({ name: keyName(tx.workspace), x: public_key }) };
  },
});
