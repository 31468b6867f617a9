/** Withdraws content from facts. The database allows this change alone, and only for a stored redaction. */
import type { ReadTx, Tx } from "../db/tx.ts";

interface FoundFact {
  type: string;
  subject_id: string;
  redaction_id: string | null;
}

const FIND = "select type, subject_id, redaction_id from facts where workspace_id = $1 and id = $2";
const FIND_OF_SUBJECT = `${FIND} and subject_id = $3`;

/** Without the subject this reads the whole log of the workspace, which has no index of ids. */
export async function findFact(tx: ReadTx, id: string, subjectId: string | undefined): Promise<FoundFact | undefined> {
  const [row] =
    subjectId === undefined
      ? await tx.statement<FoundFact>("facts.find", FIND, [tx.workspace, id])
      : await tx.statement<FoundFact>("facts.find-of-subject", FIND_OF_SUBJECT, [tx.workspace, id, subjectId]);
  return row;
}

/** The facts of some types about one subject, and their fields with content. */
export interface Content {
  types: readonly string[];
  /** Null stands for the whole data. */
  cut: readonly string[] | null;
}

const OF_SUBJECT = "f.workspace_id = $1 and f.subject_id = $2 and f.type = any($3::text[]) and f.redaction_id is null";
// A fact whose data is stored apart may have the field there alone.
const HAS = `select 1 from facts f where ${OF_SUBJECT} and ($4::text[] is null or f.data ? 'payload_sha256'
  or jsonb_strip_nulls(f.data) ?| $4::text[]) limit 1`;

/** Returns true when the subject has facts with content that is not withdrawn. */
export async function hasContent(tx: ReadTx, subjectId: string, { types, cut }: Content): Promise<boolean> {
  const values = [tx.workspace, subjectId, [...types], cut && [...cut]];
  return (await tx.statement("facts.has-content", HAS, values)).length > 0;
}

const WITHDRAW = `select f.id as fact_id, w.bytes, w.sha256
from facts f cross join lateral bailiwick_withdraw_fact(f.subject_id, f.id, $4::jsonb, $5::text[]) w
where ${OF_SUBJECT} and ($6::uuid is null or f.id = $6)`;

export interface Withdrawal extends Content {
  /** The tombstone, to which the database adds size and hash of the data as it was. */
  mark: { redaction_id: string };
  subject_id: string;
  /** One fact alone. */
  fact_id?: string;
}

/** Returns the facts whose data was replaced. A fact that has none of the fields stays as it is. */
export async function withdrawFacts(
  tx: Tx,
  { mark, subject_id, types, cut, fact_id }: Withdrawal,
): Promise<{ fact_id: string; bytes: number; sha256: string }[]> {
  const values = [tx.workspace, subject_id, [...types], JSON.stringify(mark), cut && [...cut], fact_id ?? null];
  return tx.statement("facts.withdraw", WITHDRAW, values);
}
