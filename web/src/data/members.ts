/** The people of the workspace, for the names of those who did something. */
import type { Member } from "@bailiwick/sdk";
import { useRead } from "./query.ts";
import { useSession } from "./session.tsx";

/** Further members are shown by their ids. */
const SHOWN_MAX = 200;

/** Undefined until the members are read. */
export function useMembers(): readonly Member[] | undefined {
  const { workspace } = useSession();
  const { data } = useRead(["members", "names"], (client, call) =>
    client.members.list({ id: workspace.id, limit: SHOWN_MAX }, call),
  );
  return data?.items;
}

export function useMember(userId: string | undefined): Member | undefined {
  return useMembers()?.find(({ user_id }) => user_id === userId);
}
