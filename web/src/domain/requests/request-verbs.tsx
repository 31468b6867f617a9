/** The verbs of a request in a row. */
import type { PolicyRequest } from "@bailiwick/sdk";
import { Button } from "../../ui/button.tsx";
import { useDecide } from "./use-decide.ts";

export function RequestVerbs({ request, onOpen }: { request: PolicyRequest; onOpen: () => void }) {
  const { approve, denied, refused } = useDecide(request);
  return (
    <>
      <Button size="small" denied={denied} onClick={onOpen}>
        Deny or grant…
      </Button>
      <Button
        size="small"
        denied={refused}
        isBusy={approve.isRunning}
        onClick={() => void approve.run(request.terms ?? { mode: "one_time" }).then((done) => done ?? onOpen())}
      >
        Approve
      </Button>
    </>
  );
}
