/** Reads the newest answer to the question of a task. The message of the answer holds its text. */
import type { ReadTx } from "../../kernel/db/tx.ts";
import type { TaskRow } from "../schema.ts";

/** A part of a statement that joins the answer to the tasks that have one. `$1` is the workspace. */
export function joinAnswer(task: string): string {
  return `left join lateral (select content from messages
    where workspace_id = $1 and id = ${task}.answer_message_id offset 0) m on true`;
}

const ANSWER = "select content from messages where workspace_id = $1 and id = $2";

export async function findAnswer(
  tx: ReadTx,
  { answer_message_id: id }: Pick<TaskRow, "answer_message_id">,
): Promise<string | undefined> {
  if (id === null) return undefined;
  const [row] = await tx.statement<{ content: string }>("tasks.answer", ANSWER, [tx.workspace, id]);
  return row?.content;
}
