import { createHash } from "node:crypto";
import { uuidv7 } from "uuidv7";
import type { Tx } from "../../kernel/db/tx.ts";
import { changed, command } from "../../kernel/operation.ts";
import { invalid } from "../../kernel/problem.ts";
import { addAttachment, requirePlace } from "../add.ts";
import { addChunks } from "../contents.ts";
import { addedFact } from "../facts.ts";
import { assumedType, decodeBase64, requireName, storedType } from "../rules.ts";
import { Attachment, SmallFile } from "../schema.ts";
import { beginContent, sealContent } from "../store/contents.ts";

export const createAttachment = command({
  name: "attachments.create",
  summary: "Attach a small file to a task, as text or as base64.",
  description:
    "For files of up to 192 KiB in base64 or 256 KiB of text, as JSON writes it. Larger files, up to 25 MiB, are the body of POST /api/tasks/{id}/attachments. " +
    "The assignee and the creator of the task, the assignee of its parent and people may attach files, in any state.",
  route: "POST /attachments",
  status: 201,
  permission: "tasks:write",
  input: SmallFile,
  output: Attachment,
  problems: ["not_found", "agent_paused", "not_assignee", "conflict", "tier_limit"],
  async run(context, { task_id, name, content_type, text, base64 }) {
    requireName(name);
    if ((text === undefined) === (base64 === undefined)) throw invalid("/text", "give either text or base64.");
    const data = text === undefined ? decodeBase64(base64 ?? "") : Buffer.from(text);
    await requirePlace(context, task_id, data.length);
    const file = {
      task_id,
      name,
      content_type: storedType(content_type ?? assumedType(text !== undefined), data),
      sha256: createHash("sha256").update(data).digest("hex"),
      bytes: data.length,
    };
    await store(context.tx, data, file.sha256);
    const attachment = await addAttachment(context, file);
    return changed(attachment, addedFact(attachment));
  },
});

async function store(tx: Tx, data: Buffer, sha256: string): Promise<void> {
  const id = uuidv7();
  await beginContent(tx, id);
  await addChunks(tx, id, data);
  await sealContent(tx, id, { sha256, bytes: data.length });
}
