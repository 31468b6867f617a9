/** The events of the range in one sentence, and the exact numbers of now. */
import { Link } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import { cx } from "../../ui/class-names.ts";
import { Count, counted, countText } from "../../ui/count.tsx";
import { Exactly } from "../../ui/sentence.tsx";
import { exact } from "../../ui/time.tsx";
import { Spent } from "./spent.tsx";
import type { Now } from "./use-overview.ts";

const TIME = { hour: "2-digit", minute: "2-digit" } as const;
const TODAY = new Intl.DateTimeFormat(undefined, TIME);
const IN_WEEK = new Intl.DateTimeFormat(undefined, { weekday: "long", ...TIME });
const BEFORE = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", ...TIME });
/** A weekday alone would be the name of today. */
const WEEK_MS = 6 * 86_400_000;

function sinceText(from: string): string {
  const at = new Date(from);
  if (at.toDateString() === new Date().toDateString()) return TODAY.format(at);
  return (Date.now() - at.getTime() < WEEK_MS ? IN_WEEK : BEFORE).format(at);
}

export function Summary({ now, from }: { now: Now; from: string }) {
  return (
    <p className="max-w-5xl px-4 pt-4 text-xl text-ink-2 [&_a]:font-semibold [&_a]:text-ink [&_a:hover]:underline [&_a.text-failed]:text-failed">
      Since <Exactly text={exact(from)}>{sinceText(from)}</Exactly>:{" "}
      {now.events === undefined ? <span className="text-ink-3">…</span> : <Events now={now} from={from} />}
    </p>
  );
}

function Events({ now: { events, failures }, from }: { now: Now; from: string }) {
  const happened = (type: string) => events?.by_type[type] ?? 0;
  const [failed, lost] = [happened("task.failed"), happened("task.lease_expired")];
  const [escalated, created] = [happened("task.escalated"), happened("task.created")];
  const reasons = failures.data?.items.length ?? 0;
  const parts: ReactNode[] = [
    happened("task.completed") > 0 && (
      <Link key="completed" to="/tasks" search={{ status: "completed", since: from }}>
        {countText(happened("task.completed"))} completed
      </Link>
    ),
    failed > 0 && (
      <Fragment key="failed">
        <Link to="/tasks" search={{ status: "failed", since: from }} className="text-failed">
          {countText(failed)} failed
        </Link>
        {reasons > 0 && ` for ${counted(reasons, "reason")}`}
      </Fragment>
    ),
    lost > 0 && `${counted(lost, "lease")} lost`,
    escalated > 0 && `${countText(escalated)} escalated`,
    created > 0 && `${countText(created)} new ${created === 1 ? "task" : "tasks"}`,
  ].filter(Boolean);
  if (parts.length === 0) return "nothing happened.";
  return (
    <>
      {parts.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one sentence never move.
        <Fragment key={at}>
          {at > 0 && ", "}
          {part}
        </Fragment>
      ))}
      .
    </>
  );
}

/** In the order of how soon they need work. */
const FIGURES = [{ status: "running" }, { status: "queued" }, { status: "blocked" }] as const;

export function Figures({ now: { open, agents }, from }: { now: Now; from: string }) {
  const online = agents.rows.filter(({ presence }) => presence.state === "online").length;
  const silent = agents.rows.filter(
    ({ status, presence }) => status === "active" && presence.state !== "online" && presence.current_tasks > 0,
  ).length;
  return (
    <ul className="grid grid-cols-3 gap-1 px-2 py-3 sm:grid-cols-6">
      {FIGURES.map(({ status }) => (
        <li key={status}>
          <Link to="/tasks" search={{ status }} className={LINK}>
            <span className={cx(NUMBER, status === "blocked" && open && open.by_status.blocked > 0 && "text-blocked")}>
              {open ? <Count value={open.by_status[status]} /> : "–"}
            </span>{" "}
            <span className="capitalize">{status}</span>
          </Link>
        </li>
      ))}
      <li>
        <Link to="/agents" className={LINK}>
          <span className={NUMBER}>
            {agents.isLoading || agents.error ? "–" : online}
            {!agents.isLoading && !agents.error && (
              <span className="text-base font-normal text-ink-3">
                {" "}
                of {agents.rows.length}
                {agents.hasMore && " newest"}
              </span>
            )}
          </span>{" "}
          <span>
            Agents online
            {silent > 0 && <span className="block text-blocked">{silent} silent with tasks</span>}
          </span>
        </Link>
      </li>
      <Spent from={from} className={LINK} number={NUMBER} />
    </ul>
  );
}

const LINK = "flex flex-col rounded px-2 py-1 text-sm text-ink-2 hover:bg-hover";
const NUMBER = "text-xl font-semibold text-ink tabular-nums";
