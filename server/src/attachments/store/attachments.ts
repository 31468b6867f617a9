/** The table `attachments`. */
import { sql } from "kysely";
import { anyOf } from "../../kernel/db/any-of.ts";
import { only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { CURSOR, listPage, type Paged, type PageRequest } from "../../kernel/paging.ts";
import { notFound } from "../../kernel/problem.ts";
import { ATTACHMENT_COLUMNS, type Attachment, type StoredAttachment } from "../schema.ts";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    attachments: StoredAttachment & { workspace_id: string };
  }
}

const COLUMNS = [...ATTACHMENT_COLUMNS, "content_id"] as const;

export async function insertAttachment(tx: Tx, row: StoredAttachment): Promise<void> {
  await tx
    .insertInto("attachments")
    .values({ ...only(row, COLUMNS), workspace_id: tx.workspace })
    .execute();
}

export async function requireAttachment(tx: ReadTx, id: string): Promise<StoredAttachment> {
  const row = await tx
    .selectFrom("attachments")
    .select(COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .executeTakeFirst();
  if (!row) throw notFound("attachment", id);
  return row;
}

/** Throws unless each of these files is in the workspace. */
export async function requireAttachments(tx: ReadTx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = await tx
    .selectFrom("attachments")
    .select("id")
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", anyOf(ids))
    .execute();
  const missing = ids.find((id) => !rows.some((row) => row.id === id));
  if (missing !== undefined) throw notFound("attachment", missing);
}

export async function lockAttachment(tx: Tx, id: string): Promise<StoredAttachment> {
  const row = await tx
    .selectFrom("attachments")
    .select(COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw notFound("attachment", id);
  return row;
}

export async function deleteRow(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom("attachments").where("workspace_id", "=", tx.workspace).where("id", "=", id).execute();
}

export function listOfTask(tx: ReadTx, taskId: string, page: PageRequest): Promise<Paged<Attachment>> {
  return listPage(tx, page, {
    shapes: [CURSOR.id],
    rows([after] = []) {
      const rows = tx
        .selectFrom("attachments")
        .select(ATTACHMENT_COLUMNS)
        .where("workspace_id", "=", tx.workspace)
        .where("task_id", "=", taskId)
        .orderBy("id");
      return after === undefined ? rows : rows.where("id", ">", after);
    },
    key: ({ id }: Attachment) => [id],
  });
}

export async function countOfTask(tx: ReadTx, taskId: string): Promise<number> {
  const { count } = await tx
    .selectFrom("attachments")
    .select(sql<number>`count(*)::int`.as("count"))
    .where("workspace_id", "=", tx.workspace)
    .where("task_id", "=", taskId)
    .executeTakeFirstOrThrow();
  return count;
}

export async function hasName(tx: ReadTx, taskId: string, name: string): Promise<boolean> {
  const row = await tx
    .selectFrom("attachments")
    .select("id")
    .where("workspace_id", "=", tx.workspace)
    .where("task_id", "=", taskId)
    .where("name", "=", name)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Returns the bytes of all attachments of the workspace. Equal files count each time. */
export async function sumAttachmentBytes(tx: ReadTx): Promise<number> {
  const { bytes } = await tx
    .selectFrom("attachments")
    .select(sql<number>`coalesce(sum(bytes), 0)::float8`.as("bytes"))
    .where("workspace_id", "=", tx.workspace)
    .executeTakeFirstOrThrow();
  return bytes;
}
