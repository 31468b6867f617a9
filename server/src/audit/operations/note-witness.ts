import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Text } from "../../kernel/schema.ts";
import { witnessRefused } from "../facts.ts";
import { lockRefused, saveCosigned, saveProblem } from "../store/witnesses.ts";

/** A cosignature is no fact: it would be one more fact to cosign, for ever. A refusal is a fact once, when it begins. */
export const noteWitness = command({
  name: "audit.note_witness",
  summary: "Store what a witness of one workspace answered.",
  route: "POST /internal/audit/note-witness",
  internal: true,
  permission: "audit:seal",
  input: Fields({
    witness: Text(200),
    outcome: Type.Union([
      Fields({ size: Type.Integer({ minimum: 0 }), checkpoint: Text(2_000), cosignature: Text(1_000) }),
      Fields({ problem: Text(500), is_refused: Type.Boolean() }),
    ]),
  }),
  output: Fields({}),
  problems: [],
  async run({ tx }, { witness, outcome }) {
    if (!("problem" in outcome)) {
      await saveCosigned(tx, witness, outcome);
      return unchanged({});
    }
    const wasRefused = await lockRefused(tx, witness);
    const { problem, is_refused } = outcome;
    await saveProblem(tx, witness, outcome);
    if (!is_refused || wasRefused) return unchanged({});
    return changed({}, witnessRefused(tx.workspace, { witness, problem }));
  },
});
