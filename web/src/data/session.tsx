/** The signed-in person, their current workspace and their permissions in it. */
import {
  type AuthMeOutput,
  BailiwickError,
  type Client,
  createClient,
  PERMISSION_ROLES,
  type PermissionName,
  ROLES,
  type Role,
} from "@bailiwick/sdk";
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { fetchFirst, firstAnswer } from "./first-answers.ts";

export interface Session {
  client: Client;
  user: { id: string; email: string; name: string | null };
  workspace: { id: string; name: string; role: Role };
  workspaces: AuthMeOutput["workspaces"];
  permissions: ReadonlySet<string>;
}

const Context = createContext<Session | undefined>(undefined);

export const ME_KEY = ["me"] as const;

const clientOf = (workspace: string | undefined): Client =>
  createClient({ url: "", workspace, fetch: fetchFirst(workspace) });

/** `workspace`: the id in the address. Without it, the person's first workspace is used. */
export function useMe(workspace: string | undefined) {
  return useQuery({
    queryKey: [...ME_KEY, workspace ?? null],
    queryFn: ({ signal }) => clientOf(workspace).auth.me({}, { signal }),
    // The operation checks its answers. With the person, the frame renders at once.
    initialData: () => firstAnswer("/api/auth/me", workspace) as AuthMeOutput | undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

export function SessionProvider({ me, workspaceId, children }: SessionProviderProps) {
  // An address without a workspace opens the first one, and stays in it when the address gets its id.
  const id = workspaceId ?? me.workspaces[0]?.id;
  const session = useMemo(() => sessionOf(me, id), [me, id]);
  return <Context value={session}>{children}</Context>;
}

interface SessionProviderProps {
  me: AuthMeOutput;
  /** The workspace that the address names. */
  workspaceId: string | undefined;
  children: ReactNode;
}

function sessionOf({ user, workspaces, permissions }: AuthMeOutput, workspaceId: string | undefined): Session {
  const workspace = workspaces.find(({ id }) => id === workspaceId) ?? workspaces[0];
  if (!user || !workspace?.role) throw new Error("The dashboard needs a person who is a member of a workspace.");
  return {
    client: clientOf(workspace.id),
    user,
    workspace: { ...workspace, role: workspace.role },
    workspaces,
    permissions: new Set(permissions),
  };
}

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error("useSession works only inside a SessionProvider.");
  return session;
}

export const isSignedOut = (error: unknown): boolean =>
  error instanceof BailiwickError && error.code === "unauthenticated";

export const isUnknown = (error: unknown): boolean => error instanceof BailiwickError && error.code === "not_found";

/** A workspace has one owner, so the owner gets "the". */
export const withArticle = (role: Role): string =>
  role === "owner" ? "the owner" : `${role === "admin" ? "an" : "a"} ${role}`;

/** The reason why the person lacks a permission; undefined when they have it. */
export function useDenied(permission: PermissionName): string | undefined {
  const { permissions, workspace } = useSession();
  return permissions.has(permission) ? undefined : deniedText(permission, workspace.role);
}

/** The same for a person with this role in any workspace. */
export function deniedTo(role: Role, permission: PermissionName): string | undefined {
  const lowest = PERMISSION_ROLES[permission];
  const hasRole = lowest !== null && ROLES.indexOf(role) <= ROLES.indexOf(lowest);
  return hasRole ? undefined : deniedText(permission, role);
}

function deniedText(permission: PermissionName, role: Role): string {
  const lowest = PERMISSION_ROLES[permission];
  const needs = lowest === null ? "an agent" : withArticle(lowest);
  return `Only ${needs} may do this; you are ${withArticle(role)} of this workspace.`;
}
