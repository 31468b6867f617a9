import Type from "typebox";
import { requireActing } from "../../gate/index.ts";
import { query } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { requireParty } from "../../tasks/index.ts";
import { requireRoomAsItIs } from "../../tiers/index.ts";
import { requireName, requireRoomInTask } from "../rules.ts";
import { Bytes, ContentType, Name } from "../schema.ts";
import { countOfTask, hasName, sumAttachmentBytes } from "../store/attachments.ts";

/**
 * Refuses what cannot be stored before the server reads a long body. `attachments.add` decides again, under locks. A
 * file whose name the task has may be a repeat, which gets the first answer also when there is no room left.
 */
export const prepareUpload = query({
  name: "attachments.prepare",
  summary: "Check that the caller may attach a file of this name to a task.",
  route: "GET /tasks/{id}/attachments/prepare",
  internal: "by-surface",
  permission: "tasks:write",
  input: Fields({
    id: Id,
    name: Name,
    content_type: Type.Optional(ContentType),
    bytes: Type.Optional(Bytes),
  }),
  output: Fields({}),
  problems: ["not_found", "agent_paused", "not_assignee", "conflict", "tier_limit"],
  async run({ tx, actor }, { id, name, bytes = 0 }) {
    requireName(name);
    await requireParty(tx, id, actor);
    if (await hasName(tx, id, name)) return {};
    if (actor.kind === "agent") await requireActing(tx, [actor.id]);
    requireRoomInTask(await countOfTask(tx, id));
    await requireRoomAsItIs(tx, "attachment_bytes", await sumAttachmentBytes(tx), bytes);
    return {};
  },
});
