/** Counts at the top of the page, each with a link to its list. */
import { Link } from "@tanstack/react-router";
import { cx } from "../../ui/class-names.ts";
import type { Known, Now } from "./use-overview.ts";

export function Figures({ now: { running, queued, blocked, failed, agents } }: { now: Now }) {
  const online = agents.rows.filter(({ presence }) => presence.state === "online").length;
  return (
    <ul className="grid grid-cols-3 gap-y-2 px-2 py-3 sm:flex sm:gap-x-2">
      <li>
        <Link to="/tasks" search={{ status: "running" }} className={LINK}>
          <Count of={running} />
          Running
        </Link>
      </li>
      <li>
        <Link to="/tasks" search={{ status: "queued" }} className={LINK}>
          <Count of={queued} />
          Queued
        </Link>
      </li>
      <li>
        <Link to="/tasks" search={{ status: "blocked" }} className={LINK}>
          <Count of={blocked} tone="text-blocked" />
          Blocked
        </Link>
      </li>
      <li>
        <Link to="/tasks" search={{ status: "failed" }} className={LINK}>
          <Count of={failed} tone="text-failed" />
          Failed, 24 h
        </Link>
      </li>
      <li>
        <Link to="/agents" className={LINK}>
          <span className={cx(NUMBER, "text-ink")}>
            {agents.isLoading || agents.error ? "–" : online}
            {!agents.isLoading && !agents.error && (
              <span className="text-base font-normal text-ink-3">
                {" "}
                of {agents.rows.length}
                {agents.hasMore && "+"}
              </span>
            )}
          </span>
          Agents online
        </Link>
      </li>
    </ul>
  );
}

const LINK = "flex flex-col rounded px-2 py-1 text-sm text-ink-2 hover:bg-hover sm:min-w-28";
const NUMBER = "text-xl font-semibold tabular-nums";

/** A count with its colour; zero has no colour. */
function Count({ of: { rows, hasMore, isLoading, error }, tone = "text-ink" }: { of: Known<unknown>; tone?: string }) {
  if (isLoading) return <span className={cx(NUMBER, "text-ink-3")}>–</span>;
  if (error) return <span className="text-base leading-7 text-ink-3">unknown</span>;
  return (
    <span className={cx(NUMBER, rows.length > 0 ? tone : "text-ink")}>
      {rows.length}
      {hasMore && "+"}
    </span>
  );
}
