/** Reads that several tabs share, and the client for operations on the person. */
import { type Client, createClient } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useRead } from "../../data/query.ts";
import { ME_KEY } from "../../data/session.tsx";

/** A client for the person's own workspace, which the server uses when the request names none. */
export function useOwnClient(): Client {
  return useMemo(() => createClient({ url: "" }), []);
}

/** Reads the session again, which the frame around the page shows. */
export function useRefreshMe(): () => Promise<void> {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ queryKey: ME_KEY });
}

/** The server has fewer permissions than this. */
const PERMISSIONS_MAX = 200;

export function usePermissionTable() {
  return useRead(["permissions", "list"], (client, call) => client.permissions.list({ limit: PERMISSIONS_MAX }, call));
}

/** The days that the workspace keeps: those of its tier, or more by its own setting. */
export function useRetention() {
  return useRead(["obs", "retention"], (client, call) => client.obs.getRetention({}, call));
}

export function useTier() {
  return useRead(["tiers", "get"], (client, call) => client.tiers.get({}, call));
}
