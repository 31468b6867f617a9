/** Opens the form that lifts a stop in force. */
import { type ComponentProps, Suspense, useState } from "react";
import { useDenied } from "../../data/session.tsx";
import { useStopsInForce } from "../../data/stops.ts";
import { Button } from "../../ui/button.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";

const LiftDialog = lazyPart(() => import("./lift-dialog.tsx"), "LiftDialog");

interface LiftProps extends Pick<ComponentProps<typeof Button>, "look"> {
  id: string;
}

export function LiftButton({ id, look }: LiftProps) {
  const [isOpen, setOpen] = useState(false);
  const denied = useDenied("risk:write");
  const stop = useStopsInForce().find((one) => one.id === id);
  if (!stop) return null;
  return (
    <>
      <Button size="small" look={look} denied={denied} onClick={() => setOpen(true)}>
        Lift…
      </Button>
      <Suspense>{isOpen && <LiftDialog of={stop} onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}
