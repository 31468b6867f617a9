/**
 * The reads of each page's first screen. The server puts their answers into the page, so that the first screen needs no
 * further request. `{workspace}`, the parameters of the path and `{range_start}` are replaced. An address with further
 * parameters, such as filters, has only the reads of the navigation. `test/loading.test.ts` compares this list with
 * what the pages read.
 */
import { RANGE_MS, USUAL_RANGES } from "./src/domain/range.ts";

/** The overview begins with the shortest of these that holds the life of the workspace, or with the last one. */
export const USUAL_RANGES_MS = USUAL_RANGES.map((range) => RANGE_MS[range]);

/** The navigation is on every page: who is signed in, the names of the agents, and the count of the inbox. */
export const FRAME_READS: readonly string[] = [
  "/api/agents?limit=100",
  "/api/tasks?status=blocked&limit=100",
  "/api/tasks?status=failed&limit=100",
  "/api/tasks/gaps?by_agent=true&limit=100",
  "/api/snoozes?limit=200",
  "/api/messages/inbox?unread=true&limit=100",
  "/api/messages?awaiting_reply=true&limit=100",
  "/api/workspaces/{workspace}/invitations?status=open&limit=100",
  "/api/obs/alerts/events?is_acknowledged=false&limit=100",
  "/api/webhooks?limit=100",
  "/api/stops?in_force=true&limit=50",
  "/api/governance/pending?limit=100",
  "/api/agent-actions/pending?limit=100",
  "/api/agent-actions?status=in_doubt&limit=100",
];

interface FirstPage {
  /** The path as the router has it: `/tasks/$id`. */
  path: string;
  /** The file of the page. */
  file: string;
  reads: readonly string[];
}

const MEMBERS = "/api/workspaces/{workspace}/members?limit=200";

export const FIRST_PAGES: readonly FirstPage[] = [
  { path: "/inbox", file: "src/pages/inbox/inbox.tsx", reads: [] },
  {
    path: "/overview",
    file: "src/pages/overview/overview.tsx",
    reads: [
      "/api/tasks/count?status=open",
      "/api/audit/count?from={range_start}",
      "/api/obs/metrics/overview?since={range_start}",
      "/api/tasks/failures?from={range_start}",
      "/api/tasks/attempts?from={range_start}",
      "/api/tasks?limit=10&status=running",
      "/api/tasks?limit=10&status=blocked",
      "/api/tasks/gaps?waiting_seconds=60&by_agent=true&limit=10",
      "/api/agents?limit=200",
      "/api/risk/headroom",
      "/api/risk/policies?limit=200",
      "/api/audit?type=task.progress&limit=100",
      "/api/audit?limit=50&include=titles",
      MEMBERS,
    ],
  },
  {
    path: "/agents",
    file: "src/pages/agents/agents.tsx",
    reads: [
      "/api/obs/tier",
      "/api/team/summary",
      "/api/tasks?status=running&limit=200",
      "/api/obs/metrics/agents?limit=200",
      "/api/risk/headroom",
    ],
  },
  {
    path: "/agents/$id",
    file: "src/pages/agents/agent.tsx",
    reads: [
      "/api/agents/{id}",
      "/api/risk/headroom",
      "/api/obs/metrics/agent/{id}",
      "/api/obs/health/agent/{id}",
      "/api/obs/tier",
      "/api/team/summary",
      "/api/tasks?limit=10&assigned_to_agent_id={id}&status=running",
      "/api/messages?limit=3&agent_id={id}",
      MEMBERS,
    ],
  },
  {
    path: "/team",
    file: "src/pages/team/team.tsx",
    reads: ["/api/team/summary", "/api/tasks/gaps?limit=100", "/api/risk/headroom"],
  },
  {
    path: "/tasks",
    file: "src/pages/tasks/tasks.tsx",
    reads: [
      "/api/tasks?status=open&limit=100",
      "/api/tasks/count?status=open",
      "/api/tasks/count?status=failed",
      MEMBERS,
    ],
  },
  {
    path: "/tasks/$id",
    file: "src/pages/tasks/task.tsx",
    reads: [
      "/api/tasks/{id}",
      "/api/tasks/{id}/events?limit=100",
      "/api/messages?task_id={id}&limit=30",
      "/api/tasks?parent_task_id={id}&order=asc&limit=100",
      MEMBERS,
    ],
  },
  {
    path: "/messages",
    file: "src/pages/messages/messages.tsx",
    reads: ["/api/threads?limit=50&include=titles", MEMBERS],
  },
  {
    path: "/messages/$id",
    file: "src/pages/messages/thread.tsx",
    reads: ["/api/messages?thread_id={id}&limit=50&include=titles", "/api/risk/headroom", MEMBERS],
  },
  {
    path: "/actions",
    file: "src/pages/actions/actions.tsx",
    reads: [
      "/api/agent-actions?limit=100",
      "/api/agent-actions/types",
      "/api/agent-actions/bypass",
      "/api/connections?limit=200",
    ],
  },
  {
    path: "/connections",
    file: "src/pages/connections/connections.tsx",
    reads: ["/api/connections?limit=100"],
  },
  { path: "/live", file: "src/pages/observability/live.tsx", reads: ["/api/obs/events?limit=200&include=titles"] },
  { path: "/runs", file: "src/pages/observability/runs.tsx", reads: ["/api/obs/runs?limit=100&include=titles"] },
  {
    path: "/costs",
    file: "src/pages/observability/costs.tsx",
    reads: [
      "/api/obs/costs?group_by=agent&limit=400",
      "/api/obs/costs/days?split_by=agent",
      "/api/obs/costs?group_by=model&limit=400",
    ],
  },
  { path: "/health", file: "src/pages/observability/health.tsx", reads: ["/api/obs/health/overview?limit=200"] },
  {
    path: "/prices",
    file: "src/pages/observability/prices.tsx",
    reads: ["/api/obs/pricing?limit=100", "/api/obs/pricing?limit=1", "/api/obs/costs?group_by=model&limit=400"],
  },
  { path: "/keys", file: "src/pages/keys/keys.tsx", reads: ["/api/keys?limit=100", "/api/obs/tier", MEMBERS] },
  {
    path: "/alerts",
    file: "src/pages/alerts/alerts.tsx",
    reads: ["/api/obs/alerts/events?limit=100", "/api/obs/tier"],
  },
  {
    path: "/connections",
    file: "src/pages/connections/connections.tsx",
    reads: ["/api/connections?limit=100"],
  },
  { path: "/webhooks", file: "src/pages/webhooks/webhooks.tsx", reads: [] },
  { path: "/stops", file: "src/pages/stops/stops.tsx", reads: ["/api/stops?limit=100", MEMBERS] },
  { path: "/account", file: "src/pages/account/account.tsx", reads: ["/api/permissions?limit=200"] },
];
