/** The types of events. Apart from their icons, because the addresses of pages need them at the start. */

export const EVENT_WORDS = {
  llm_call: "Model call",
  tool_call: "Tool call",
  tool_result: "Tool result",
  error: "Error",
  run_started: "Run started",
  run_finished: "Run finished",
  action_started: "Work started",
  action_finished: "Work finished",
  metric: "Metric",
  heartbeat: "Heartbeat",
} as const;
export type EventType = keyof typeof EVENT_WORDS;

// `Object.keys` returns the names as text.
export const EVENT_TYPES = Object.keys(EVENT_WORDS) as EventType[];

export const isEventType = (type: string): type is EventType => Object.hasOwn(EVENT_WORDS, type);
