/** The facts of attachments. They hold the hash of a file and never its bytes. */
import Type from "typebox";
import { type Fact, factType } from "../kernel/facts/fact.ts";
import { Fields, Id } from "../kernel/schema.ts";
import type { Attachment } from "./schema.ts";

const data = Fields({
  task_id: Id,
  name: Type.String(),
  content_type: Type.String(),
  bytes: Type.Integer(),
  sha256: Type.String(),
});

const attachmentAdded = factType({
  type: "attachment.added",
  subject: "attachment",
  meaning: "A file was attached to a task.",
  data,
});

const attachmentRemoved = factType({
  type: "attachment.removed",
  subject: "attachment",
  meaning: "A file was removed from a task.",
  data,
});

export const ATTACHMENT_FACTS = [attachmentAdded, attachmentRemoved] as const;

function dataOf({ task_id, name, content_type, bytes, sha256 }: Attachment) {
  return { task_id, name, content_type, bytes, sha256 };
}

export function addedFact(attachment: Attachment): Fact {
  return attachmentAdded(attachment.id, dataOf(attachment), { agent_id: attachment.created_by_agent_id });
}

export function removedFact(attachment: Attachment): Fact {
  return attachmentRemoved(attachment.id, dataOf(attachment), { agent_id: attachment.created_by_agent_id });
}
