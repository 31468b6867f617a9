/** The bytes of attachments: the tables `attachment_contents` and `attachment_chunks`. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";

export interface Sealed {
  sha256: string;
  bytes: number;
}

const BEGIN = "insert into attachment_contents (workspace_id, id, touched_at) values ($1, $2, bailiwick_now())";

export async function beginContent(tx: Tx, id: string): Promise<void> {
  await tx.statement("attachments.begin", BEGIN, [tx.workspace, id]);
}

const ADD = "insert into attachment_chunks (workspace_id, content_id, place, data) values ($1, $2, $3, $4)";

export async function addChunk(tx: Tx, contentId: string, place: number, data: Buffer): Promise<void> {
  await tx.statement("attachments.add-chunk", ADD, [tx.workspace, contentId, place, data]);
}

const LOCK = "select pg_advisory_xact_lock(hashtextextended($1 || $2, 21))";
const TOUCH = `update attachment_contents set touched_at = bailiwick_now()
  where workspace_id = $1 and sha256 = $2 returning id`;
const SEAL = `update attachment_contents set sha256 = $3, bytes = $4, touched_at = bailiwick_now()
  where workspace_id = $1 and id = $2 returning touched_at`;

/**
 * Ends an upload. When the workspace has these bytes already, that content is touched and the new one is deleted. The
 * lock makes two uploads of the same bytes end one after the other. Returns the time of the seal; undefined when the new
 * content is deleted.
 */
export async function sealContent(tx: Tx, id: string, { sha256, bytes }: Sealed): Promise<string | undefined> {
  await tx.statement("attachments.lock-hash", LOCK, [tx.workspace, sha256]);
  const known = await tx.statement<{ id: string }>("attachments.touch", TOUCH, [tx.workspace, sha256]);
  if (known.length > 0) {
    await deleteContent(tx, id);
    return undefined;
  }
  const values = [tx.workspace, id, sha256, bytes];
  const [row] = await tx.statement<{ touched_at: string }>("attachments.seal", SEAL, values);
  return row?.touched_at;
}

const DELETE = "delete from attachment_contents where workspace_id = $1 and id = $2";

export async function deleteContent(tx: Tx, id: string): Promise<void> {
  await tx.statement("attachments.delete-content", DELETE, [tx.workspace, id]);
}

const DELETE_UNTOUCHED = `delete from attachment_contents
  where workspace_id = $1 and id = $2 and touched_at = $3 returning id`;

/** Returns true when the content is deleted: nobody uploaded the same bytes since. */
export async function deleteUntouched(tx: Tx, id: string, at: string): Promise<boolean> {
  return (await tx.statement("attachments.delete-untouched", DELETE_UNTOUCHED, [tx.workspace, id, at])).length > 0;
}

const FIND = `select id from attachment_contents where workspace_id = $1 and sha256 = $2 and bytes = $3 for key share`;

/** Returns the content with these bytes, which nobody can delete until the transaction ends. */
export async function lockContent(tx: Tx, { sha256, bytes }: Sealed): Promise<string | undefined> {
  const [row] = await tx.statement<{ id: string }>("attachments.lock-content", FIND, [tx.workspace, sha256, bytes]);
  return row?.id;
}

const READ = "select data from attachment_chunks where workspace_id = $1 and content_id = $2 and place = $3";

export async function findChunk(tx: ReadTx, contentId: string, place: number): Promise<Buffer | undefined> {
  const [row] = await tx.statement<{ data: Buffer }>("attachments.read-chunk", READ, [tx.workspace, contentId, place]);
  return row?.data;
}

const READ_START = `select substring(data from 1 for $3::int) as data from attachment_chunks
  where workspace_id = $1 and content_id = $2 and place = 0`;

/** Returns the first bytes of a content; undefined when it is empty. */
export async function findStart(tx: ReadTx, contentId: string, bytesMax: number): Promise<Buffer | undefined> {
  const values = [tx.workspace, contentId, bytesMax];
  const [row] = await tx.statement<{ data: Buffer }>("attachments.read-start", READ_START, values);
  return row?.data;
}
