import Type from "typebox";
import { extendHeld } from "../../caps/index.ts";
import { command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { HELD_SECONDS } from "../schema.ts";

/** Open calls of one workspace on one process. */
const CALLS_MAX = 5_000;

export const extendCalls = command({
  name: "gateway.extend_calls",
  summary: "Keep the reservations of calls of models that still run.",
  route: "POST /gateway/calls/extend",
  internal: true,
  permission: "gateway:settle",
  input: Fields({ ids: Type.Array(Id, { minItems: 1, maxItems: CALLS_MAX }) }),
  output: Fields({}),
  problems: [],
  whilePaused: true,
  async run({ tx }, { ids }) {
    await extendHeld(tx, ids, HELD_SECONDS);
    return unchanged({});
  },
});
