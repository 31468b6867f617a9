/** The tables of messages, and the reads of the ordinary way before it sends a message. */
import { sql } from "kysely";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import type { MessageTable, ThreadKind } from "../schema.ts";

export interface ThreadTable {
  workspace_id: string;
  id: string;
  kind: ThreadKind;
  task_id: string | null;
  message_count: number;
  last_message_id: string | null;
}

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    messages: MessageTable;
    threads: ThreadTable;
    thread_members: { workspace_id: string; thread_id: string; owner_id: string };
    mailboxes: {
      workspace_id: string;
      owner_id: string;
      agent_id: string | null;
      user_id: string | null;
      last_position: bigint;
      unread: number;
      chain: number;
      chain_since: string | null;
      chain_at: string | null;
      person_wrote_at: string | null;
    };
    exchanges: {
      workspace_id: string;
      one_id: string;
      other_id: string;
      messages: number;
      since: string;
      last_at: string;
      last_message_id: string | null;
    };
    deliveries: {
      workspace_id: string;
      owner_id: string;
      position: bigint;
      message_id: string;
      thread_id: string;
      delivered_at: string | null;
      read_at: string | null;
    };
  }
}

/** Returns true when this person is a member of the workspace now. */
export async function isMember(tx: ReadTx, userId: string): Promise<boolean> {
  const member = await tx
    .selectFrom("members")
    .select("user_id")
    .where("workspace_id", "=", tx.workspace)
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  return member !== undefined;
}

export interface PartiesOfTask {
  /** Null while the task waits for an agent of its pool. */
  assigned_to_agent_id: string | null;
  created_by_agent_id: string | null;
  created_by_user_id: string | null;
}

export async function getPartiesOfTask(tx: ReadTx, taskId: string): Promise<PartiesOfTask> {
  const task = await tx
    .selectFrom("tasks")
    .select(sql<string | null>`nullif(assigned_to_agent_id, pool_id)`.as("assigned_to_agent_id"))
    .select(["created_by_agent_id", "created_by_user_id"])
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", taskId)
    .executeTakeFirst();
  if (!task) throw notFound("task", taskId);
  return task;
}

/** Locks a message, so that one transaction decides about its answer. Call before locking a thread or mailbox. */
export async function lockMessage(tx: Tx, id: string): Promise<void> {
  const message = await tx
    .selectFrom("messages")
    .select("id")
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!message) throw notFound("message", id);
}

/** Locks a message, and returns its content. */
export async function lockContent(tx: Tx, id: string): Promise<{ content: string; task_id: string | null }> {
  const message = await tx
    .selectFrom("messages")
    .select(["content", "task_id"])
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!message) throw notFound("message", id);
  return message;
}

/** Replaces the content of a message. The index of words follows. */
export async function saveContent(tx: Tx, id: string, content: string): Promise<void> {
  await tx
    .updateTable("messages")
    .set({ content })
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .execute();
}

/** Locks the thread, so that no other transaction adds members or messages to it. */
export async function lockThread(
  tx: Tx,
  id: string,
): Promise<Pick<ThreadTable, "id" | "kind" | "task_id"> | undefined> {
  return tx
    .selectFrom("threads")
    .select(["id", "kind", "task_id"])
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

export interface Party {
  agent_id: string | null;
  user_id: string | null;
}

/** Returns the agents and people that sent or received messages in a thread, by id. */
export async function listMembers(tx: ReadTx, threadId: string, limit: number): Promise<Party[]> {
  return tx
    .selectFrom("thread_members as t")
    .innerJoin("mailboxes as b", (on) =>
      on.onRef("b.workspace_id", "=", "t.workspace_id").onRef("b.owner_id", "=", "t.owner_id"),
    )
    .select(["b.agent_id", "b.user_id"])
    .where("t.workspace_id", "=", tx.workspace)
    .where("t.thread_id", "=", threadId)
    .orderBy("t.owner_id")
    .limit(limit)
    .execute();
}
