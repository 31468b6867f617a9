/** The chart of a small team, from left to right, so that it grows downward. */
import { Avatar } from "../../domain/agents/agent-name.tsx";
import { cx } from "../../ui/class-names.ts";
import { AgentMenu } from "./agent-menu.tsx";
import { Marks, Name, StateNow, TARGET_LOOKS } from "./card-parts.tsx";
import { useAgentTarget, useDragSource } from "./drag.ts";
import { useTeamTools } from "./team-context.ts";
import type { TeamNode } from "./team-tree.ts";
import { roleWord } from "./team-words.ts";

interface ChartProps {
  nodes: readonly TeamNode[];
  matches: ((id: string) => boolean) | undefined;
}

export function TeamChart({ nodes, matches }: ChartProps) {
  return (
    <div className="min-h-0 grow overflow-auto" tabIndex={0} role="region" aria-label="Chart of the team">
      <ul className="flex w-max flex-col gap-6 p-6">
        {nodes.map((node) => (
          <li key={node.id} className="flex items-start">
            <Branch node={node} matches={matches} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The lines meet a card at half its height. */
const LINES =
  "relative flex items-start pl-5 before:absolute before:top-6 before:left-0 before:h-px before:w-5 before:bg-line-strong after:absolute after:left-0 after:w-px after:bg-line-strong not-first:after:-top-2 not-last:after:-bottom-2 last:after:h-8 first:after:top-6 only:after:hidden";

function Branch({ node: { id, below }, matches }: { node: TeamNode; matches: ChartProps["matches"] }) {
  return (
    <>
      <Card id={id} isQuiet={matches !== undefined && !matches(id)} />
      {below.length > 0 && (
        <>
          <span aria-hidden className="mt-6 h-px w-5 shrink-0 bg-line-strong" />
          <ul className="flex flex-col gap-2">
            {below.map((node) => (
              <li key={node.id} className={LINES}>
                <Branch node={node} matches={matches} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Card({ id, isQuiet }: { id: string; isQuiet: boolean }) {
  const { team } = useTeamTools();
  const source = useDragSource(id, false);
  const target = useAgentTarget(id);
  const role = team.roles.get(id);
  return (
    <div
      {...source}
      {...target.handlers}
      className={cx(
        "flex h-12 w-72 shrink-0 items-center gap-2 rounded border border-line bg-raised pr-1 pl-2.5 hover:border-line-strong",
        isQuiet && "opacity-50",
        TARGET_LOOKS[target.state],
      )}
    >
      <Avatar emoji={team.agentOf(id)?.avatar_emoji} />
      <div className="min-w-0 grow">
        <Name id={id} />
        <div className="flex items-center gap-2 text-xs text-ink-3">
          <span className="truncate">{target.why ?? roleWord(role)}</span>
          {!target.why && <Marks id={id} role={role} />}
          <span className="ml-auto inline-flex shrink-0">
            <StateNow id={id} />
          </span>
        </div>
      </div>
      <AgentMenu id={id} />
    </div>
  );
}
