/** Targets for a dragged agent next to the chart: the top of the team, and the tray of agents without a role. */
import type { ReactNode } from "react";
import { cx } from "../../ui/class-names.ts";
import { useTarget } from "./drag.ts";
import { useTeamTools } from "./team-context.ts";
import { TeamList } from "./team-list.tsx";
import type { TeamRow } from "./team-tree.ts";
import { nameIn } from "./team-words.ts";

export function Tray({
  rows,
  isFiltered,
  heading,
}: {
  rows: readonly TeamRow[];
  isFiltered: boolean;
  heading: boolean;
}) {
  const { team, dragged, take } = useTeamTools();
  const isMember = dragged !== undefined && team.roles.has(dragged);
  const target = useTarget(isMember ? undefined : "Has no role", (id) =>
    take(id, undefined, `${nameIn(team, id)} has no role now`),
  );
  return (
    <section
      aria-label="Unassigned"
      className={cx("flex min-h-0 grow flex-col", isMember && target.state === "over" && "bg-selected")}
      {...target.handlers}
    >
      {heading && (
        <h2 className="flex items-center gap-2 px-4 pt-4 pb-1 text-sm font-semibold">
          Unassigned <span className="font-normal text-ink-3 tabular-nums">{team.unassigned.length}</span>
        </h2>
      )}
      {isMember && <p className="px-4 text-sm text-ink-2">Drop the agent here to remove its role.</p>}
      {rows.length > 0 ? (
        <TeamList label="Agents without a role" rows={rows} />
      ) : (
        <p className="px-4 py-2 text-sm text-ink-3">
          {isFiltered && "No agent has this name."}
          {!isFiltered && (team.roles.size > 0 ? "Every agent has a role." : "There are no agents yet.")}
        </p>
      )}
    </section>
  );
}

/** Shown while an agent with a supervisor is dragged; at the bottom, so that nothing moves under the pointer. */
export function TopTarget(): ReactNode {
  const { team, dragged, take } = useTeamTools();
  const above = dragged === undefined ? undefined : team.roles.get(dragged)?.reports_to;
  const target = useTarget(above == null ? "At the top already" : undefined, (id) =>
    take(id, { reports_to: null }, `${nameIn(team, id)} reports to nobody`),
  );
  if (above == null) return null;
  return (
    <div
      {...target.handlers}
      className={cx(
        "m-2 shrink-0 rounded border border-dashed border-line-strong py-2 text-center text-sm text-ink-2",
        target.state === "over" && "bg-selected text-ink",
      )}
    >
      Report to nobody
    </div>
  );
}
