/** Reads through the SDK, cached by area so that the live feed can mark an area as out of date. */
import { BailiwickError, type CallOptions, type Client } from "@bailiwick/sdk";
import { keepPreviousData, QueryCache, QueryClient, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { isSignedOut, ME_KEY, useSession } from "./session.tsx";
import { noteSignedOut } from "./signed-out.ts";

/** The area of the operation, the read in it, and its parameters: `["tasks", "get", id]`. */
export type Key = readonly [area: string, what: string, ...more: unknown[]];

export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      // Without a person there is no page yet, and the server shows its own sign-in.
      onError: (error, { queryKey }) => {
        if (isSignedOut(error) && queryKey[0] !== ME_KEY[0]) noteSignedOut();
      },
    }),
    defaultOptions: {
      queries: {
        // The live feed reports changes; without it, data older than this is read again.
        staleTime: 30_000,
        // The SDK retries the calls that may be retried.
        retry: false,
        refetchOnWindowFocus: true,
      },
    },
  });
}

export interface ReadOptions {
  enabled?: boolean | undefined;
  /** Reads again this often; for data that no fact reports, such as presence. */
  everyMs?: number | undefined;
  /** Shows the data of the previous key until the new data arrives. */
  keep?: boolean | undefined;
}

export function useRead<Output>(
  key: Key,
  read: (client: Client, call: CallOptions) => Promise<Output>,
  { enabled = true, everyMs, keep = false }: ReadOptions = {},
): UseQueryResult<Output> {
  const { client, workspace } = useSession();
  return useQuery({
    queryKey: [workspace.id, ...key],
    queryFn: ({ signal }) => read(client, { signal }),
    enabled,
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
    ...(keep && { placeholderData: keepPreviousData }),
  });
}

/** The texts of an error. The detail of the server's problem comes first, then its advice. */
export function describeError(error: unknown): { title: string; detail: string; requestId: string | undefined } {
  if (!(error instanceof BailiwickError)) {
    const detail = error instanceof Error ? error.message : String(error);
    return { title: "Something in this page failed", detail, requestId: undefined };
  }
  const { status, detail, nextStep, requestId } = error;
  if (status === 401) return { title: "You were signed out", detail: "Sign in again, then repeat this.", requestId };
  return { title: titleOf(status), detail: [detail, nextStep].filter(Boolean).join(" "), requestId };
}

/** Returns whether the id in an address is unknown, or no id at all. */
export function namesNothing(error: unknown): boolean {
  if (!(error instanceof BailiwickError)) return false;
  return error.status === 404 || error.errors.some(({ path }) => path === "/id");
}

/** Returns whether the server wants a confirmation, because other agents depend on the changed one. */
export function asksToConfirm(error: unknown): boolean {
  return error instanceof BailiwickError && error.code === "conflict" && "stranded" in error.problem;
}

function titleOf(status: number): string {
  if (status === 0) return "The server cannot be reached";
  if (status === 403) return "You may not do this";
  if (status === 404) return "Not found";
  if (status === 409) return "That is not possible now";
  if (status === 429) return "Too many requests";
  return status >= 500 ? "The server has a problem" : "That did not work";
}
