/** Adds an attachment whose bytes are stored. */
import { uuidv7 } from "uuidv7";
import { only } from "../kernel/db/columns.ts";
import type { CommandContext } from "../kernel/operation.ts";
import { Problem } from "../kernel/problem.ts";
import { lockAsParty } from "../tasks/index.ts";
import { requireRoom } from "../tiers/index.ts";
import { requireRoomInTask } from "./rules.ts";
import { ATTACHMENT_COLUMNS, type Attachment } from "./schema.ts";
import { countOfTask, insertAttachment, sumAttachmentBytes } from "./store/attachments.ts";
import { lockContent } from "./store/contents.ts";

type File = Pick<Attachment, "task_id" | "name" | "content_type" | "sha256" | "bytes">;

/** Locks the workspace, then the task, so that concurrent callers together cannot pass a limit. */
export async function requirePlace({ tx, actor }: CommandContext, taskId: string, bytes: number): Promise<void> {
  await requireRoom(tx, "attachment_bytes", sumAttachmentBytes, bytes);
  await lockAsParty(tx, taskId, actor);
  requireRoomInTask(await countOfTask(tx, taskId));
}

export async function addAttachment({ tx, actor, now }: CommandContext, file: File): Promise<Attachment> {
  const contentId = await lockContent(tx, file);
  if (contentId === undefined) {
    throw new Problem("conflict", "The uploaded bytes are gone.", { next_step: "Upload the file again." });
  }
  const row = {
    id: uuidv7(),
    ...file,
    created_by_agent_id: actor.kind === "agent" ? actor.id : null,
    created_by_user_id: actor.kind === "user" ? actor.id : null,
    created_at: now.toISOString(),
    content_id: contentId,
  };
  await insertAttachment(tx, row);
  return only(row, ATTACHMENT_COLUMNS);
}
