/** The sessions of the person. */
import type { AuthSession } from "@bailiwick/sdk";
import { Monitor } from "lucide-react";
import { useState } from "react";
import { notifyError, useCommand } from "../../data/command.ts";
import { useList } from "../../data/list.ts";
import { useSession } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Setting } from "../../ui/setting.tsx";
import { ShortList } from "../../ui/short-list.tsx";
import { Time } from "../../ui/time.tsx";
import { Tip } from "../../ui/tip.tsx";
import { deviceText } from "./device.ts";
import { useOwnClient } from "./own.ts";

const PAGE_SIZE = 50;

export function Sessions() {
  const list = useList({
    key: ["sessions", "list"],
    page: (client, at, call) => client.auth.listSessions(at, call),
    idOf: ({ id }) => id,
    pageSize: PAGE_SIZE,
  });
  const [isOpen, setOpen] = useState(false);
  const own = useOwnClient();
  const endOthers = useCommand({
    send: () => own.auth.revokeOtherSessions(),
    changes: ["sessions"],
    done: ({ revoked }) => (revoked === 1 ? "1 session ended" : `${revoked} sessions ended`),
  });
  const isAlone = list.rows.length === 1 && !list.hasMore ? "There is no other session." : undefined;
  return (
    <Setting
      title="Where you are signed in"
      about={
        <Button size="small" look="danger" denied={isAlone} onClick={() => setOpen(true)}>
          End all others
        </Button>
      }
    >
      <ShortList label="Sessions" list={list} idOf={({ id }) => id} empty="No sessions.">
        {(session) => <SessionLine session={session} />}
      </ShortList>
      <Confirm
        title="End all other sessions?"
        action="End them"
        isDangerous
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        onConfirm={async () => (await endOthers.run(undefined)) !== undefined}
      >
        <p>All other browsers are signed out at once. Keys of agents and services stay valid.</p>
      </Confirm>
    </Setting>
  );
}

function SessionLine({ session }: { session: AuthSession }) {
  const { id, ip, user_agent, last_seen_at, created_at, is_current } = session;
  return (
    <div className="flex items-center gap-3">
      <Monitor aria-hidden className="size-4 shrink-0 text-ink-3" />
      <div className="min-w-0 grow">
        <div className="flex flex-wrap items-center gap-x-2">
          <Tip text={user_agent.slice(0, 300) || "No user agent was sent."}>
            <span tabIndex={0} className="rounded-sm font-medium">
              {deviceText(user_agent)}
            </span>
          </Tip>
          {is_current && (
            <span className="rounded-full bg-completed-soft px-2 text-xs font-medium text-completed">This one</span>
          )}
        </div>
        <div className="flex flex-wrap gap-x-3 text-sm text-ink-3">
          <span className="font-mono text-xs leading-[18px] break-all">{ip}</span>
          <span>
            seen <Time at={last_seen_at} />
          </span>
          <span>
            since <Time at={created_at} />
          </span>
        </div>
      </div>
      {is_current ? <SignOut /> : <End id={id} device={deviceText(user_agent)} />}
    </div>
  );
}

function SignOut() {
  const { client } = useSession();
  const signOut = () => {
    client.auth.logout({}).then(() => location.assign("/sign-in"), notifyError);
  };
  return (
    <Button size="small" onClick={signOut}>
      Sign out
    </Button>
  );
}

function End({ id, device }: { id: string; device: string }) {
  const own = useOwnClient();
  const { run, isRunning } = useCommand({
    send: () => own.auth.revokeSession({ id }),
    changes: ["sessions"],
    done: `${device} is signed out`,
  });
  return (
    <Button size="small" isBusy={isRunning} label={`End the session of ${device}`} onClick={() => void run(undefined)}>
      End
    </Button>
  );
}
