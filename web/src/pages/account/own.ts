/** What several tabs read, and the client for what concerns the person alone. */
import { type Client, createClient } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useRead } from "../../data/query.ts";
import { ME_KEY } from "../../data/session.tsx";

/** What concerns the person alone is done in their own workspace; the server takes it when none is named. */
export function useOwnClient(): Client {
  return useMemo(() => createClient({ url: "" }), []);
}

/** Reads anew who one is, where and as what; the frame around the page shows it. */
export function useRefreshMe(): () => Promise<void> {
  const cache = useQueryClient();
  return () => cache.invalidateQueries({ queryKey: ME_KEY });
}

/** There are fewer than these. */
const PERMISSIONS_MAX = 200;

export function usePermissionTable() {
  return useRead(["permissions", "list"], (client, call) => client.permissions.list({ limit: PERMISSIONS_MAX }, call));
}

export function useTier() {
  return useRead(["tiers", "get"], (client, call) => client.tiers.get({}, call));
}
