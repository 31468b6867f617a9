/** Moltbook: the key belongs to the agent, so that no connection is made. Its sending is not here yet. */
import Type from "typebox";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Text } from "../../kernel/schema.ts";
import type { Adapter } from "./adapter.ts";

const TITLE_LENGTH_MAX = 300;
const CONTENT_LENGTH_MAX = 40_000;
const URL_LENGTH_MAX = 2_000;
const NAME_LENGTH_MAX = 200;
const NOT_YET = "Moltbook is not connected to this server yet.";

export const MOLTBOOK: Adapter = {
  service_type: "moltbook",
  category: "connect",
  config: Fields({}),
  secret: "none",
  types: [
    {
      action_type: "create_post",
      payload_schema: Fields({
        submolt: Text(NAME_LENGTH_MAX),
        title: Text(TITLE_LENGTH_MAX),
        content: Type.Optional(Text(CONTENT_LENGTH_MAX)),
        url: Type.Optional(Text(URL_LENGTH_MAX)),
      }),
      repeats_safely: false,
      is_reversible: false,
    },
    {
      action_type: "create_comment",
      payload_schema: Fields({ post_id: Text(NAME_LENGTH_MAX), content: Text(CONTENT_LENGTH_MAX) }),
      repeats_safely: false,
      is_reversible: false,
    },
  ],
  unavailable: NOT_YET,
  origin: () => undefined,
  requireUsable() {
    throw new Problem("not_connected", NOT_YET);
  },
  test: async () => ({ ok: false, message: NOT_YET }),
  send: async () => ({ end: "failed", error: NOT_YET, returned: null }),
};
