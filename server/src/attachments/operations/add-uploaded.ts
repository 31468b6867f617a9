import { changed, command } from "../../kernel/operation.ts";
import { addAttachment, requirePlace } from "../add.ts";
import { addedFact } from "../facts.ts";
import { requireName } from "../rules.ts";
import { Attachment, UploadedFile } from "../schema.ts";

/** Only the surface that received the bytes may name their hash: a caller could otherwise get a file that it never had. */
export const addUploaded = command({
  name: "attachments.add",
  summary: "Attach stored bytes to a task.",
  route: "POST /tasks/{id}/attachments/add",
  status: 201,
  internal: "by-surface",
  permission: "tasks:write",
  input: UploadedFile,
  output: Attachment,
  problems: ["not_found", "agent_paused", "not_assignee", "conflict", "tier_limit"],
  async run(context, { id, ...file }) {
    requireName(file.name);
    await requirePlace(context, id, file.bytes);
    const attachment = await addAttachment(context, { task_id: id, ...file });
    return changed(attachment, addedFact(attachment));
  },
});
