/** Reading through the SDK, kept by area so that the live feed can say what is out of date. */
import { BailiwickError, type CallOptions, type Client } from "@bailiwick/sdk";
import { keepPreviousData, QueryClient, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useSession } from "./session.tsx";

/** The area of the operation, what is read of it, and with what: `["tasks", "get", id]`. */
export type Key = readonly [area: string, what: string, ...more: unknown[]];

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The live feed says when something is out of date; without it, what is older than this is read again.
        staleTime: 30_000,
        // The SDK repeats what may be repeated.
        retry: false,
        refetchOnWindowFocus: true,
      },
    },
  });
}

export interface ReadOptions {
  enabled?: boolean | undefined;
  /** Milliseconds; for what no fact tells of, such as presence. */
  every?: number | undefined;
  /** Shows what was there for another key until the new one has come. */
  keep?: boolean | undefined;
}

export function useRead<Output>(
  key: Key,
  read: (client: Client, call: CallOptions) => Promise<Output>,
  { enabled = true, every, keep = false }: ReadOptions = {},
): UseQueryResult<Output> {
  const { client, workspace } = useSession();
  return useQuery({
    queryKey: [workspace.id, ...key],
    queryFn: ({ signal }) => read(client, { signal }),
    enabled,
    ...(every !== undefined && { refetchInterval: every }),
    ...(keep && { placeholderData: keepPreviousData }),
  });
}

/** What a person can do about it, said by the server if it said so. */
export function describeError(error: unknown): { title: string; detail: string; requestId: string | undefined } {
  if (!(error instanceof BailiwickError)) {
    const detail = error instanceof Error ? error.message : String(error);
    return { title: "Something in this page failed", detail, requestId: undefined };
  }
  const { status, detail, nextStep, requestId } = error;
  return { title: titleOf(status), detail: [detail, nextStep].filter(Boolean).join(" "), requestId };
}

/** Whether the server asks for a confirmation, because other agents depend on the one that is changed. */
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
