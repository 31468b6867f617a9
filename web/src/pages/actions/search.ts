export interface ActionsSearch {
  /** One of the states; the page leaves out any other text. */
  status?: string | undefined;
  agent_id?: string | undefined;
  action_type?: string | undefined;
  task_id?: string | undefined;
  /** The id of the action in the panel. */
  open?: string | undefined;
}

export interface RulesSearch {
  create?: "yes" | undefined;
}
