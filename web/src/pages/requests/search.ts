export interface RequestsSearch {
  tab?: "decided" | "grants" | undefined;
  /** The id of the request in the panel. */
  open?: string | undefined;
}
