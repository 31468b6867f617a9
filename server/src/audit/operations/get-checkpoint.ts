import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Time } from "../../kernel/schema.ts";
import { WitnessState } from "../schema.ts";
import { mustBeSealed } from "../sealing/sealed.ts";
import { findTree } from "../store/trees.ts";
import { listWitnesses, type WitnessRow } from "../store/witnesses.ts";
import { witnessesOf } from "../witness-rules.ts";

export const getCheckpoint = query({
  name: "audit.get_checkpoint",
  summary: "Get the newest signed checkpoint of the workspace's facts.",
  description:
    "A C2SP checkpoint: the origin, the number of sealed facts, the root of their Merkle tree, and a signature. Keep it " +
    "where the operator of the server cannot change it: facts that are altered or cut later do not fit it. The " +
    "cosignatures of witnesses follow its signature when they cover it; witnessed=true returns the newest checkpoint " +
    "that a witness has cosigned.",
  route: "GET /audit/checkpoint",
  permission: "audit:read",
  // For people outside, and too long for a model.
  tool: false,
  input: Fields({ witnessed: Type.Optional(Type.Boolean()) }),
  output: Fields({
    checkpoint: Type.String(),
    size: Type.Integer(),
    sealed_at: Time,
    witnesses: Type.Array(WitnessState),
  }),
  text: { types: ["text/plain"], of: ({ checkpoint }) => ({ type: "text/plain", body: checkpoint }) },
  problems: ["conflict"],
  async run({ tx, env }, { witnessed }) {
    const { checkpoint, tree, sealed_at } = mustBeSealed(await findTree(tx));
    const rows = await listWitnesses(
      tx,
      witnessesOf(env.settings).map(({ name }) => name),
    );
    const witnesses = rows.map(({ checkpoint: _, cosignature: __, ...state }) => state);
    if (!witnessed) return { checkpoint: cosigned(checkpoint, rows), size: tree.size, sealed_at, witnesses };
    const [newest] = rows.filter((row) => row.checkpoint !== null).sort((one, other) => other.size - one.size);
    if (!newest?.checkpoint || !newest.witnessed_at) {
      throw new Problem("conflict", "No witness has cosigned the record yet.");
    }
    const { size, witnessed_at } = newest;
    return { checkpoint: cosigned(newest.checkpoint, rows), size, sealed_at: witnessed_at, witnesses };
  },
});

/** A cosignature covers one checkpoint. */
function cosigned(checkpoint: string, rows: readonly WitnessRow[]): string {
  const lines = rows.filter((row) => row.checkpoint === checkpoint).map(({ cosignature }) => `${cosignature}\n`);
  return `${checkpoint}${lines.join("")}`;
}
