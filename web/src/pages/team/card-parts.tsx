/** The parts of a card of the chart and of a row of the list. */
import type { TeamRole } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { Ban, type LucideIcon, Share2, Star } from "lucide-react";
import { usePresence } from "../../data/presence.ts";
import { StateWord } from "../../domain/agents/agent-state.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { Tip } from "../../ui/tip.tsx";
import { useTeamTools } from "./team-context.ts";

export function Name({ id, tabIndex, isQuiet = false }: { id: string; tabIndex?: number; isQuiet?: boolean }) {
  const { team } = useTeamTools();
  return (
    <Link
      to="/agents/$id"
      params={{ id }}
      tabIndex={tabIndex}
      draggable={false}
      className={cx("flex min-w-0 rounded-sm hover:underline", isQuiet ? "text-ink-3" : "font-medium")}
    >
      <AgentLine text={team.nameOf(id)} className="truncate" />
    </Link>
  );
}

/** The state of the agent in a word. */
export function StateNow({ id }: { id: string }) {
  const { team, capOf } = useTeamTools();
  const presence = usePresence(id);
  const { status = "active", parked } = team.agentOf(id) ?? {};
  if (status === "active" && !presence) return null;
  return <StateWord agent={{ id, status, presence, parked }} cap={capOf(id)} size="tight" />;
}

/** The powers of an agent beyond its role, or without it. */
export function Marks({ id, role }: { id: string; role: TeamRole | undefined }) {
  const { team } = useTeamTools();
  return (
    <span className="inline-flex items-center gap-1.5 text-ink-3">
      {team.defaultSupervisor === id && (
        <Mark icon={Star} word="default" about="It gets the tasks that no supervisor has" />
      )}
      {role?.can_assign_to_peers && <Mark icon={Share2} word="peers" about="May assign to peers" />}
      {role && !role.can_escalate_to_supervisor && (
        <Mark icon={Ban} word="no escalation" about="May not escalate to its supervisor" />
      )}
    </span>
  );
}

function Mark({ icon: Icon, word, about }: { icon: LucideIcon; word: string; about: string }) {
  return (
    <Tip text={about}>
      <span className="inline-flex items-center gap-1 text-xs whitespace-nowrap">
        <Icon aria-hidden className="size-3" />
        {word}
      </span>
    </Tip>
  );
}

export const TARGET_LOOKS = {
  off: "",
  open: "",
  over: "outline-2 outline-accent-ink -outline-offset-2 bg-selected",
  refused: "opacity-50",
};
