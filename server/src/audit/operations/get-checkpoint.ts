import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields, Time } from "../../kernel/schema.ts";
import { mustBeSealed } from "../sealing/sealed.ts";
import { findTree } from "../store/trees.ts";

export const getCheckpoint = query({
  name: "audit.get_checkpoint",
  summary: "Get the newest signed checkpoint of the workspace's facts.",
  description:
    "A C2SP checkpoint: the origin, the number of sealed facts, the root of their Merkle tree, and a signature. Keep it " +
    "where the operator of the server cannot change it: facts that are altered or cut later do not fit it.",
  route: "GET /audit/checkpoint",
  permission: "audit:read",
  // For people outside, and too long for a model.
  tool: false,
  input: Fields({}),
  output: Fields({ checkpoint: Type.String(), size: Type.Integer(), sealed_at: Time }),
  text: { types: ["text/plain"], of: ({ checkpoint }) => ({ type: "text/plain", body: checkpoint }) },
  problems: ["conflict"],
  async run({ tx }) {
    const { checkpoint, tree, sealed_at } = mustBeSealed(await findTree(tx));
    return { checkpoint, size: tree.size, sealed_at };
  },
});
