/** The title of a task that an event or a run belongs to, with a link to the task. */
import { Link } from "@tanstack/react-router";
import { useTaskTitle } from "../../data/tasks.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { shortId } from "../../ui/id.tsx";

/** `isLine`: in a cell, where a long title is cut. */
export function TaskName({ id, isLine = false }: { id: string; isLine?: boolean }) {
  const title = useTaskTitle(id);
  return (
    <Link
      to="/tasks/$id"
      params={{ id }}
      className={cx("relative z-1 hover:underline", isLine && "inline-block max-w-full truncate align-bottom")}
    >
      <AgentLine text={title ?? shortId(id)} className={isLine ? "" : "[overflow-wrap:anywhere]"} />
    </Link>
  );
}
