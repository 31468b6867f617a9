/** Every section, in the order of the navigation. A new one is a folder in `pages/` and a line here. */
import { accountSection } from "./pages/account/section.ts";
import { actionsSection } from "./pages/actions/section.ts";
import { agentsSection } from "./pages/agents/section.ts";
import { alertsSection } from "./pages/alerts/section.ts";
import { connectionsSection } from "./pages/connections/section.ts";
import { inboxSection } from "./pages/inbox/section.ts";
import { keysSection } from "./pages/keys/section.ts";
import { limitsSection } from "./pages/limits/section.ts";
import { messagesSection } from "./pages/messages/section.ts";
import { costsSection, healthSection, liveSection, pricesSection, runsSection } from "./pages/observability/section.ts";
import { overviewSection } from "./pages/overview/section.ts";
import { recordSection } from "./pages/record/section.ts";
import { requestsSection } from "./pages/requests/section.ts";
import { stopsSection } from "./pages/stops/section.ts";
import { tasksSection } from "./pages/tasks/section.ts";
import { teamSection } from "./pages/team/section.ts";
import { webhooksSection } from "./pages/webhooks/section.ts";

export const SECTIONS = [
  inboxSection,
  overviewSection,
  agentsSection,
  teamSection,
  tasksSection,
  messagesSection,
  actionsSection,
  requestsSection,
  limitsSection,
  stopsSection,
  recordSection,
  liveSection,
  runsSection,
  costsSection,
  healthSection,
  pricesSection,
  alertsSection,
  connectionsSection,
  keysSection,
  webhooksSection,
  accountSection,
] as const;
