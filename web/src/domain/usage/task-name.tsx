/** The title of a task that an event or a run belongs to, with a link to the task. */
import { Link } from "@tanstack/react-router";
import { useTaskTitle } from "../../data/tasks.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { shortId } from "../../ui/id.tsx";

interface NameProps {
  id: string;
  /** In a cell, where a long title is cut. */
  isLine?: boolean;
  /** Stands in place of the title while it is read. */
  unread?: string;
}

export function TaskName({ id, isLine = false, unread = shortId(id) }: NameProps) {
  const title = useTaskTitle(id);
  return (
    <Link
      to="/tasks/$id"
      params={{ id }}
      className={cx(
        "relative z-1 hover:underline",
        isLine && "-my-0.75 inline-block min-w-0 max-w-full py-0.75 align-bottom",
      )}
    >
      <AgentLine text={title ?? unread} className={isLine ? "block truncate" : "[overflow-wrap:anywhere]"} />
    </Link>
  );
}
