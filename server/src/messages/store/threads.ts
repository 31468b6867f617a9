/** Lists threads by their last message, newest first. */
import type { ReadTx } from "../../kernel/db/tx.ts";
import { PARTICIPANTS_SHOWN, type ThreadKind } from "../schema.ts";

export interface ThreadRow {
  id: string;
  kind: ThreadKind;
  task_id: string | null;
  message_count: number;
  last_message_id: string;
}

interface ThreadFilters {
  /** Only threads in which this agent sent or received messages. */
  member: string | undefined;
  before: string | undefined;
  limit: number;
}

export async function listThreadRows(tx: ReadTx, { member, before, limit }: ThreadFilters): Promise<ThreadRow[]> {
  let found = tx
    .selectFrom("threads as t")
    .select(["t.id", "t.kind", "t.task_id", "t.message_count", "t.last_message_id"])
    .where("t.workspace_id", "=", tx.workspace)
    .where("t.last_message_id", "is not", null)
    .$narrowType<{ last_message_id: string }>();
  if (before !== undefined) found = found.where("t.last_message_id", "<", before);
  if (member !== undefined) {
    found = found.where(({ exists, selectFrom, ref }) =>
      exists(
        selectFrom("thread_members as m")
          .select("m.owner_id")
          .where("m.workspace_id", "=", tx.workspace)
          .where("m.owner_id", "=", member)
          .where("m.thread_id", "=", ref("t.id")),
      ),
    );
  }
  return found.orderBy("t.last_message_id", "desc").limit(limit).execute();
}

const ABOUT = `
select t.id, array(select m.owner_id from thread_members m where m.workspace_id = $1 and m.thread_id = t.id
    order by m.owner_id limit ${PARTICIPANTS_SHOWN}) as participants, coalesce(u.unread, 0)::int as unread
from unnest($2::uuid[]) as t(id)
  left join (select d.thread_id, count(*) as unread from deliveries d
    where d.workspace_id = $1 and d.owner_id = $3 and d.read_at is null group by d.thread_id) u on u.thread_id = t.id`;

export interface AboutThread {
  id: string;
  participants: string[];
  unread: number;
}

/** Returns the participants of these threads and the number of messages that the owner has not read. */
export async function aboutThreads(
  tx: ReadTx,
  ids: readonly string[],
  owner: string | null,
): Promise<Map<string, AboutThread>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.statement<AboutThread>("messages.about-threads", ABOUT, [tx.workspace, [...ids], owner]);
  return new Map(rows.map((row) => [row.id, row]));
}
