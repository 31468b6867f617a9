/** The problems of operations that call the network. */
export const READ_PROBLEMS = [
  "forbidden",
  "not_found",
  "not_connected",
  "overloaded",
  "upstream_limited",
  "upstream_refused",
  "upstream_unavailable",
] as const;
