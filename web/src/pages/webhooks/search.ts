/** The search parameters of the page. */
export interface WebhooksSearch {
  create?: "yes" | undefined;
}
