/** Offers to sign in again when the session ends under an open page. The page and its texts stay. */
import { type BailiwickError, createClient } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { notify } from "../data/notices.ts";
import { useSession } from "../data/session.tsx";
import { endSignedOut, useIsSignedOut } from "../data/signed-out.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

/** The page asks this often whether the person has signed in, in a tab or by a link from a mail. */
const ASK_EVERY_MS = 3_000;

export function SignedOut() {
  const isOut = useIsSignedOut();
  return isOut ? <Question /> : null;
}

function Question() {
  const { user } = useSession();
  const cache = useQueryClient();
  useEffect(() => {
    const ask = async () => {
      const me = await createClient({ url: "" })
        .auth.me({})
        .catch((_: BailiwickError) => undefined);
      if (!me?.user) return;
      // Another person must not get the page of this one.
      if (me.user.id !== user.id) return location.assign("/");
      endSignedOut(true);
      void cache.invalidateQueries();
      notify({ title: "You are signed in again" });
    };
    const timer = setInterval(() => void ask(), ASK_EVERY_MS);
    const onFocus = () => void ask();
    window.addEventListener("focus", onFocus);
    return () => {
      clearInterval(timer);
      window.removeEventListener("focus", onFocus);
    };
  }, [user.id, cache]);
  return (
    <Dialog title="You were signed out" isOpen onClose={() => endSignedOut(false)} width="small">
      <p className="text-ink-2">
        Your session has ended. Sign in in a new tab: this page then goes on where it is. What you wrote is kept.
      </p>
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={() => endSignedOut(false)}>Not now</Button>
        <a href="/sign-in" target="_blank" rel="noreferrer" className={buttonClass("primary")}>
          Sign in
        </a>
      </div>
    </Dialog>
  );
}
