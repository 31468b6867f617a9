/** Telemetry arrives often and says little alone, so the list shows it only when it is chosen. */
export const TELEMETRY = "events.ingested";

/** The filters by type: a type of fact, or an area with its dot. */
export const AREAS = [
  { value: "task.", label: "Tasks" },
  { value: "message.", label: "Messages" },
  { value: "agent.", label: "Agents" },
  { value: "agent.starts_refused", label: "Refused claims" },
  { value: "policy.", label: "Limits" },
  { value: "risk.", label: "Risk" },
  { value: "governance.", label: "Governance" },
  { value: "stop.", label: "Stops" },
  { value: "key.", label: "Keys" },
  { value: "member.", label: "Members" },
  { value: "session.", label: "Sign-ins" },
  { value: TELEMETRY, label: "Telemetry" },
] as const;
