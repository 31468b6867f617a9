/** The team: the roles of the agents, and the rules for delegation between them. */
import type { TeamSummarizeOutput } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { Network, TriangleAlert } from "lucide-react";
import { Suspense, useCallback, useMemo, useState } from "react";
import { useCaps } from "../../data/caps.ts";
import { useDenied } from "../../data/session.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { isInPlace } from "../../ui/history.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, ErrorState, Skeleton, StaleBar } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { SearchBox } from "../../ui/toolbar.tsx";
import { useIsPhone, useIsWide } from "../../ui/use-media.ts";
import { RulesCard } from "./rules-card.tsx";
import type { TeamSearch } from "./search.ts";
import { TeamChart } from "./team-chart.tsx";
import { type RoleChange, TeamProvider, type TeamTools } from "./team-context.ts";
import { type Team, useSummary, useTeam } from "./team-data.ts";
import { TeamList } from "./team-list.tsx";
import { useTeamSteps } from "./team-steps.ts";
import { rowsOf, type TeamRow } from "./team-tree.ts";
import { TopTarget, Tray } from "./tray.tsx";

const route = getRouteApi("/team");
const RoleDialog = lazyPart(() => import("./role-dialogs.tsx"), "RoleDialog");

/** A larger team is shown as a list, unless the person chooses the chart. */
const CHART_MAX = 60;
/** A larger team has no chart, because a chart renders all of its cards. */
const CHART_ALLOWED_MAX = 300;

export function TeamPage() {
  const { data: summary, error, isError, refetch } = useSummary();
  const team = useTeam(summary);
  if (!summary || !team) {
    return (
      <Page title="Team">
        {error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton lines={9} className="p-4" />}
      </Page>
    );
  }
  return (
    <LoadedTeam summary={summary} team={team}>
      {isError && <StaleBar retry={() => void refetch()} />}
    </LoadedTeam>
  );
}

interface LoadedProps {
  summary: TeamSummarizeOutput;
  team: Team;
  children: React.ReactNode;
}

function LoadedTeam({ summary, team, children }: LoadedProps) {
  const denied = useDenied("team:write");
  const { take, confirmation } = useTeamSteps(summary);
  const [roleChange, open] = useState<RoleChange>();
  const [dragged, setDragged] = useState<string>();
  const capOf = useCaps();
  const tools = useMemo<TeamTools>(
    () => ({ team, capOf, denied, take, open, dragged, setDragged }),
    [team, capOf, denied, take, dragged],
  );
  const { search, set } = useTeamSearch();
  const view = useView(team, search);
  const q = search.q?.toLowerCase();
  const matches = useMemo(
    () => (q === undefined ? undefined : (id: string) => team.nameOf(id).toLowerCase().includes(q)),
    [team, q],
  );
  return (
    <TeamProvider value={tools}>
      <Page
        title="Team"
        about={<Count team={team} isComplete={summary.is_complete} />}
        toolbar={<Toolbar team={team} view={view} search={search} onChange={set} />}
      >
        {children}
        <Body summary={summary} team={team} view={view} show={search.show} matches={matches} />
      </Page>
      <Suspense>{roleChange && <RoleDialog roleChange={roleChange} onClose={() => open(undefined)} />}</Suspense>
      <Confirm
        title="Change the role anyway?"
        action="Change anyway"
        isDangerous
        isOpen={confirmation !== undefined}
        onClose={() => confirmation?.close()}
        onConfirm={async () => (await confirmation?.confirm()) ?? false}
      >
        <p className="break-words">{confirmation?.detail}</p>
        <p className="mt-2">Its reports then move to the supervisor above it.</p>
      </Confirm>
    </TeamProvider>
  );
}

function useTeamSearch() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: TeamSearch) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  return { search, set };
}

function useView(team: Team, { view }: TeamSearch): "chart" | "list" {
  const isPhone = useIsPhone();
  if (isPhone || team.roles.size > CHART_ALLOWED_MAX) return "list";
  return view ?? (team.roles.size <= CHART_MAX ? "chart" : "list");
}

function Count({ team, isComplete }: { team: Team; isComplete: boolean }) {
  if (isComplete) return <span className="text-sm text-ink-3 tabular-nums">{team.roles.size} with a role</span>;
  return (
    <span className="inline-flex items-center gap-1.5 text-sm text-blocked">
      <TriangleAlert aria-hidden className="size-4 shrink-0" />
      The list is incomplete, because one role has more than 1,000 agents.
    </span>
  );
}

interface ToolbarProps {
  team: Team;
  view: "chart" | "list";
  search: TeamSearch;
  onChange: (change: TeamSearch) => void;
}

function Toolbar({ team, view, search, onChange }: ToolbarProps) {
  const isWide = useIsWide();
  const isPhone = useIsPhone();
  const { show } = search;
  return (
    <>
      <SearchBox label="Search names" value={search.q} onChange={(q) => onChange({ q })} />
      {!isPhone && team.roles.size <= CHART_ALLOWED_MAX && (isWide || show === undefined) && (
        <Tabs
          label="View of the team"
          value={view}
          tabs={[
            { value: "chart", label: "Chart" },
            { value: "list", label: "List" },
          ]}
          onChange={(next) => onChange({ view: next })}
        />
      )}
      {!isWide && (
        <Tabs
          label="Part of the team"
          value={show ?? "team"}
          tabs={[
            { value: "team", label: "Team", count: team.roles.size },
            { value: "unassigned", label: "Unassigned", count: team.unassigned.length },
            { value: "rules", label: "Rules" },
          ]}
          onChange={(next) => onChange({ show: next === "team" ? undefined : next })}
        />
      )}
    </>
  );
}

interface BodyProps {
  summary: TeamSummarizeOutput;
  team: Team;
  view: "chart" | "list";
  show: TeamSearch["show"];
  matches: ((id: string) => boolean) | undefined;
}

function Body({ summary, team, view, show, matches }: BodyProps) {
  const isWide = useIsWide();
  const tray = useMemo(() => trayRows(team, matches), [team, matches]);
  if (!isWide && show === "unassigned") return <Tray rows={tray} isFiltered={matches !== undefined} heading={false} />;
  if (!isWide && show === "rules") return <RulesPane rules={summary.rules} className="min-h-0 grow" />;
  const main = <Main team={team} view={view} matches={matches} />;
  if (!isWide) return main;
  return (
    <div className="flex min-h-0 grow">
      {main}
      <aside
        aria-label="Unassigned agents and rules"
        className="flex w-80 shrink-0 flex-col border-l border-line max-[1399px]:w-72"
      >
        <div className="flex max-h-1/2 min-h-28 shrink-0 flex-col border-b border-line">
          <Tray rows={tray} isFiltered={matches !== undefined} heading />
        </div>
        <RulesPane rules={summary.rules} className="min-h-0 grow" />
      </aside>
    </div>
  );
}

function RulesPane({ rules, className }: { rules: TeamSummarizeOutput["rules"]; className: string }) {
  return (
    <div className={cx("overflow-y-auto", className)} tabIndex={0} role="region" aria-label="Rules of the team">
      <RulesCard rules={rules} />
    </div>
  );
}

function trayRows(team: Team, matches: BodyProps["matches"]): TeamRow[] {
  const ids = matches ? team.unassigned.filter(matches) : team.unassigned;
  const flat = { role: undefined, depth: 0, count: 0, isOpen: true, isAside: false };
  return ids.map((id, at) => ({ id, ...flat, place: at + 1, among: ids.length }));
}

function Main({ team, view, matches }: Pick<BodyProps, "team" | "view" | "matches">) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const fold = useCallback((id: string, isOpen: boolean) => {
    setClosed((now) => (isOpen ? new Set([...now].filter((one) => one !== id)) : new Set([...now, id])));
  }, []);
  const rows = useMemo(() => rowsOf(team.tree, { closed, matches }), [team.tree, closed, matches]);
  const icon = <Network className="size-6" strokeWidth={1.5} />;
  if (team.roles.size === 0) return <NoTeam icon={icon} />;
  if (rows.length === 0) return <Empty title="No agent of the team has this name." icon={icon} />;
  return (
    <div className="relative flex min-h-0 min-w-0 grow flex-col">
      {view === "chart" ? (
        <TeamChart nodes={team.tree} matches={matches} />
      ) : (
        <TeamList label="Team" rows={rows} onFold={fold} hasKeys />
      )}
      <TopTarget />
    </div>
  );
}

function NoTeam({ icon }: { icon: React.ReactNode }) {
  return (
    <div className="min-w-0 grow">
      <Empty title="No agent has a role yet. Make an agent a supervisor, and let others report to it." icon={icon}>
        <a href="/agents" className={buttonClass()}>
          Show the agents
        </a>
      </Empty>
    </div>
  );
}
