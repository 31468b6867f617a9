/** The configurations of an agent over time: a comparison of two, and restoring one. */
import type { AgentRevision } from "@bailiwick/sdk";
import { useEffect, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { type List, useList } from "../../data/list.ts";
import { useDenied } from "../../data/session.tsx";
import { ActorName } from "../../domain/actor-name.tsx";
import { stateDenied } from "../../domain/agents/agent-steps.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { changesBetween, Diff } from "../../ui/diff.tsx";
import { Section } from "../../ui/page.tsx";
import { ShortList } from "../../ui/short-list.tsx";
import { Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import type { DetailProps } from "./agent-data.ts";
import { type Comparison, comparisonOf, comparisonText, withRevision } from "./compare.ts";

const PAGE_SIZE = 25;

export function AgentRevisions({ agent, search, onSearch }: DetailProps) {
  const list = useList({
    key: ["agents", "revisions", agent.id],
    page: (client, at, call) => client.agents.listRevisions({ ...at, id: agent.id }, call),
    idOf: ({ revision }) => String(revision),
    pageSize: PAGE_SIZE,
  });
  const [restored, setRestored] = useState<number>();
  const chosen = comparisonOf(search.compare, agent.revision);
  useReadDownTo(list, chosen.before);
  const denied = useDenied("agents:write") ?? stateDenied(agent, "restore");
  const choose = (next: Comparison) => onSearch({ compare: comparisonText(next) });
  return (
    <>
      {agent.revision > 1 && (
        <Section title={titleOf(chosen)}>
          <Compared list={list} chosen={chosen} />
        </Section>
      )}
      <Section title="Revisions">
        {agent.revision > 1 && (
          <p aria-hidden className="flex gap-2 pb-1 text-center text-xs text-ink-3">
            <span className="w-6">from</span>
            <span className="w-6">to</span>
          </p>
        )}
        <ShortList label="Revisions" list={list} idOf={({ revision }) => String(revision)} empty="None.">
          {(row) => (
            <RevisionLine
              row={row}
              chosen={agent.revision > 1 ? chosen : undefined}
              onChoose={choose}
              denied={denied ?? (row.revision === agent.revision ? "This is the current revision." : undefined)}
              onRestore={() => setRestored(row.revision)}
            />
          )}
        </ShortList>
      </Section>
      {restored !== undefined && (
        <Restore
          id={agent.id}
          revision={restored}
          onClose={() => setRestored(undefined)}
          onDone={() => onSearch({ compare: undefined })}
        />
      )}
    </>
  );
}

const titleOf = ({ before, after }: Comparison): string =>
  before === after ? "The first revision" : `From revision ${before} to ${after}`;

/** Reads pages down to the revision in the address. */
function useReadDownTo(list: List<AgentRevision>, revision: number): void {
  const lowest = list.rows.at(-1)?.revision ?? 0;
  const { hasMore, isLoadingMore, loadMore } = list;
  useEffect(() => {
    if (hasMore && !isLoadingMore && lowest > revision) loadMore();
  }, [hasMore, isLoadingMore, loadMore, lowest, revision]);
}

function Compared({ list, chosen }: { list: List<AgentRevision>; chosen: Comparison }) {
  const before = list.rows.find(({ revision }) => revision === chosen.before);
  const after = list.rows.find(({ revision }) => revision === chosen.after);
  if (!before || !after) return <Skeleton lines={2} />;
  if (before === after) return <p className="text-ink-2">There is no earlier revision to compare.</p>;
  const between = list.rows.filter(({ revision }) => revision > chosen.before && revision <= chosen.after);
  const isSecretAlone = changesBetween(before.config, after.config).length === 0;
  const fields = new Set(between.flatMap(({ changed_fields }) => changed_fields));
  if (isSecretAlone && fields.size > 0) {
    return (
      <p className="text-ink-2">
        No visible value differs. Secrets may differ: {[...fields].join(", ")} changed between the two revisions.
      </p>
    );
  }
  return <Diff before={before.config} after={after.config} />;
}

interface LineProps {
  row: AgentRevision;
  /** Undefined while there is only one revision. */
  chosen: Comparison | undefined;
  onChoose: (next: Comparison) => void;
  denied: string | undefined;
  onRestore: () => void;
}

function RevisionLine({ row, chosen, onChoose, denied, onRestore }: LineProps) {
  const { revision, changed_fields, created_by, created_at } = row;
  return (
    <div className="flex items-center gap-3">
      {chosen && <Sides revision={revision} chosen={chosen} onChoose={onChoose} />}
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium tabular-nums">Revision {revision}</span>
          <span className="inline-flex min-w-0 items-baseline gap-1.5 text-sm text-ink-2">
            by <ActorName actor={created_by} />
            <Time at={created_at} />
          </span>
        </p>
        <p className="truncate text-sm text-ink-3">
          {revision === 1 ? "Created" : changed_fields.join(", ") || "No visible change"}
        </p>
      </div>
      <Button size="small" look="quiet" denied={denied} onClick={onRestore}>
        Restore
      </Button>
    </div>
  );
}

interface SidesProps extends Pick<LineProps, "onChoose"> {
  revision: number;
  chosen: Comparison;
}

function Sides({ revision, chosen, onChoose }: SidesProps) {
  return (
    <span className="flex gap-2">
      {(["before", "after"] as const).map((side) => (
        <input
          key={side}
          type="radio"
          name={`revision-${side}`}
          aria-label={`Compare revision ${revision} as the ${side === "before" ? "earlier" : "later"} one`}
          className="size-6 p-1 accent-accent"
          checked={chosen[side] === revision}
          onChange={() => onChoose(withRevision(chosen, side, revision))}
        />
      ))}
    </span>
  );
}

interface RestoreProps {
  id: string;
  revision: number;
  onClose: () => void;
  onDone: () => void;
}

function Restore({ id, revision, onClose, onDone }: RestoreProps) {
  const { run } = useCommand({
    send: ({ agents }, input: { id: string; revision: number }) => agents.restore(input),
    changes: ["agents"],
    done: (agent) => `Restored, as revision ${agent.revision}`,
  });
  return (
    <Confirm
      title={`Restore revision ${revision}?`}
      action="Restore"
      isOpen
      onClose={onClose}
      onConfirm={async () => {
        const isDone = (await run({ id, revision })) !== undefined;
        if (isDone) onDone();
        return isDone;
      }}
    >
      The agent gets the values of that revision, as a new revision. Nothing is lost. Secrets stay as they are now, and
      removed secrets do not come back.
    </Confirm>
  );
}
