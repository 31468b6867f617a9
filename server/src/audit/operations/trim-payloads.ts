import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { keptFrom } from "../../observability/index.ts";
import { payloadsTrimmed } from "../facts.ts";
import { trimPayloads as trimRows } from "../store/trimming.ts";

/** One transaction looks at this number of leaves. */
const LEAVES_MAX = 2_000;

/** Each turn that deletes something stores its own fact, because a verifier compares the facts with the data that is missing. */
export const trimPayloads = command({
  name: "audit.trim_payloads",
  summary: "Delete a part of the large data of sealed facts that are older than the retention of the workspace.",
  route: "POST /internal/audit/trim-payloads",
  internal: true,
  permission: "audit:seal",
  input: Fields({}),
  output: Fields({ has_more: Type.Boolean() }),
  problems: [],
  async run({ tx }) {
    const trimmed = await trimRows(tx, await keptFrom(tx), LEAVES_MAX);
    if (!trimmed) return unchanged({ has_more: false });
    const { before, facts, bytes, is_done } = trimmed;
    const output = { has_more: !is_done };
    if (facts === 0) return unchanged(output);
    return changed(output, payloadsTrimmed(tx.workspace, { before, facts, bytes: Number(bytes) }));
  },
});
