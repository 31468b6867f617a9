/** Who is signed in, in which workspace they work, and what they may do there. */
import { type AuthMeOutput, BailiwickError, type Client, createClient } from "@bailiwick/sdk";
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo } from "react";

export type Role = "owner" | "admin" | "member" | "viewer";

export interface Session {
  client: Client;
  user: { id: string; email: string; name: string | null };
  workspace: { id: string; name: string; role: Role };
  workspaces: AuthMeOutput["workspaces"];
  permissions: ReadonlySet<string>;
}

const Context = createContext<Session | undefined>(undefined);

export const ME_KEY = ["me"] as const;

/** `workspace`: the one the address names; the person's first one without. */
export function useMe(workspace: string | undefined) {
  return useQuery({
    queryKey: [...ME_KEY, workspace ?? null],
    queryFn: ({ signal }) => createClient({ url: "", workspace }).auth.me({}, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

export function SessionProvider({ me, asked, children }: SessionProviderProps) {
  const session = useMemo(() => sessionOf(me, asked), [me, asked]);
  return <Context value={session}>{children}</Context>;
}

interface SessionProviderProps {
  me: AuthMeOutput;
  asked: string | undefined;
  children: ReactNode;
}

function sessionOf({ user, workspaces, permissions }: AuthMeOutput, asked: string | undefined): Session {
  const workspace = workspaces.find(({ id }) => id === asked) ?? workspaces[0];
  if (!user || !workspace?.role) throw new Error("The dashboard is for people who are a member of a workspace.");
  return {
    client: createClient({ url: "", workspace: workspace.id }),
    user,
    workspace: { ...workspace, role: workspace.role },
    workspaces,
    permissions: new Set(permissions),
  };
}

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error("useSession is for what stands inside a SessionProvider.");
  return session;
}

export const isSignedOut = (error: unknown): boolean =>
  error instanceof BailiwickError && error.code === "unauthenticated";

/** The lowest role that has a permission that not everybody has; for the reason of a disabled control. */
const NEEDS: Record<string, string> = {
  "tasks:write": "a member",
  "messages:write": "a member",
  "agents:write": "an admin",
  "team:write": "an admin",
  "keys:write": "an admin",
  "members:write": "an admin",
  "workspaces:write": "an admin",
  "workspaces:own": "the owner",
};

/** Why the person may not, in words; undefined when they may. */
export function useDenied(permission: string): string | undefined {
  const { permissions, workspace } = useSession();
  if (permissions.has(permission)) return undefined;
  const needs = NEEDS[permission] ?? "somebody with more rights";
  return `Only ${needs} may do this; you are ${workspace.role === "admin" ? "an" : "a"} ${workspace.role} of this workspace.`;
}
