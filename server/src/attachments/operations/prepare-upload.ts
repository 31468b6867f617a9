import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { requireParty } from "../../tasks/index.ts";
import { requireName } from "../rules.ts";
import { ContentType, Name } from "../schema.ts";

/** Refuses what cannot be stored before the server reads a long body. `attachments.add` decides again, under locks. */
export const prepareUpload = query({
  name: "attachments.prepare",
  summary: "Check that the caller may attach a file of this name to a task.",
  route: "GET /tasks/{id}/attachments/prepare",
  internal: "by-surface",
  permission: "tasks:write",
  input: Fields({ id: Id, name: Name, content_type: Type.Optional(ContentType) }),
  output: Fields({}),
  problems: ["not_found", "not_assignee"],
  async run({ tx, actor }, { id, name }) {
    requireName(name);
    await requireParty(tx, id, actor);
    return {};
  },
});
