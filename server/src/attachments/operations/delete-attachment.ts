import { only } from "../../kernel/db/columns.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { removedFact } from "../facts.ts";
import { requireRemove } from "../rules.ts";
import { ATTACHMENT_COLUMNS, Attachment } from "../schema.ts";
import { deleteRow, lockAttachment } from "../store/attachments.ts";

export const deleteAttachment = command({
  name: "attachments.delete",
  summary: "Remove a file from a task. Its uploader, owners and admins may do so.",
  route: "POST /attachments/{id}/delete",
  permission: "tasks:write",
  pastQuota: "passes",
  input: Fields({ id: Id }),
  output: Attachment,
  problems: ["not_found", "agent_paused", "forbidden"],
  async run({ tx, actor }, { id }) {
    const stored = await lockAttachment(tx, id);
    requireRemove(stored, actor);
    await deleteRow(tx, id);
    const attachment = only(stored, ATTACHMENT_COLUMNS);
    return changed(attachment, removedFact(attachment));
  },
});
