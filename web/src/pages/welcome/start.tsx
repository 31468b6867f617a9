/** The start page: the welcome page while there is no agent, otherwise the inbox. */
import { Navigate } from "@tanstack/react-router";
import { useAgents } from "../../data/agents.ts";
import { useDenied } from "../../data/session.tsx";
import { Skeleton } from "../../ui/states.tsx";

export function Start() {
  const agents = useAgents();
  const denied = useDenied("agents:write");
  if (agents.isLoading) return <Skeleton lines={6} className="p-8" />;
  const isNew = agents.rows.length === 0 && agents.error === undefined && denied === undefined;
  return <Navigate to={isNew ? "/welcome" : "/inbox"} replace />;
}
