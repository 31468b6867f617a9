/** One action with its attempts, and the type that says how it is sent. */
import { ACTION_STEPS, type ActionTypeItem, type AgentAction } from "@bailiwick/sdk";
import { useEffect } from "react";
import { useRead } from "../../data/query.ts";
import { startsFrom } from "../../data/steps.ts";

/** No fact names the beginning of an attempt, so an action on its way is read this often. */
const READ_EVERY_MS = 2_000;

export function useAction(id: string) {
  const read = useRead(["actions", "action", id], ({ actions }, call) => actions.get({ id }, call));
  const { data, refetch } = read;
  // From these states an action fails or succeeds without a person.
  const isOnItsWay = data !== undefined && startsFrom(ACTION_STEPS.fail, data.status);
  useEffect(() => {
    if (!isOnItsWay) return;
    const timer = setInterval(() => void refetch(), READ_EVERY_MS);
    return () => clearInterval(timer);
  }, [isOnItsWay, refetch]);
  return read;
}

export function useActionTypes() {
  return useRead(["actions", "types"], ({ actions }, call) => actions.getTypes({}, call));
}

/** The type of an action; undefined while it is read, and for a type that is gone. */
export function useActionType({ action_type, service_type, connection_id }: OfType): ActionTypeItem | undefined {
  const { data } = useActionTypes();
  const same = data?.items.filter((one) => one.action_type === action_type && one.service_type === service_type) ?? [];
  // Two servers of tools may have a tool of the same name.
  return same.find(({ connections }) => connections.some(({ id }) => id === connection_id)) ?? same[0];
}

type OfType = Pick<AgentAction, "action_type" | "service_type" | "connection_id">;
