/** Dragging agents onto each other, by the browser's own means. Whatever it does, the menu of each card does too. */
import { type DragEvent, useState } from "react";
import { useTeamTools } from "./team-context.ts";
import { dropRefusal } from "./team-tree.ts";
import { moveTo } from "./team-words.ts";

const noDrag = { draggable: false } as const;

/** For what can be picked up. */
export function useDragSource(id: string, isPhone: boolean) {
  const { denied, setDragged } = useTeamTools();
  if (denied !== undefined || isPhone) return noDrag;
  return {
    draggable: true,
    onDragStart: (event: DragEvent) => {
      event.dataTransfer.setData("text/plain", id);
      event.dataTransfer.effectAllowed = "move";
      setDragged(id);
    },
    onDragEnd: () => setDragged(undefined),
  };
}

interface Target {
  /** Whether something is dragged that may be dropped here, or may not and why. */
  state: "off" | "open" | "over" | "refused";
  why: string | undefined;
  handlers: {
    onDragOver?: (event: DragEvent) => void;
    onDragLeave?: () => void;
    onDrop?: (event: DragEvent) => void;
  };
}

/** For an agent that another may come to report to. */
export function useAgentTarget(id: string): Target {
  const { team, dragged, take, ask } = useTeamTools();
  const why = dragged === undefined ? undefined : dropRefusal(team.roles, dragged, id);
  return useTarget(why, (moved) => {
    if (!team.roles.has(moved)) ask({ kind: "join", id: moved, under: id });
    else take(moved, { reports_to: id }, moveTo(team, moved, id));
  });
}

/** For a place that does something to any agent: the tray, the top. */
export function useTarget(why: string | undefined, onDrop: (id: string) => void): Target {
  const { dragged, setDragged } = useTeamTools();
  const [isOver, setOver] = useState(false);
  if (dragged === undefined) return { state: "off", why: undefined, handlers: {} };
  if (why !== undefined) return { state: "refused", why, handlers: {} };
  return {
    state: isOver ? "over" : "open",
    why,
    handlers: {
      onDragOver: (event) => {
        event.preventDefault();
        event.dataTransfer.dropEffect = "move";
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event) => {
        event.preventDefault();
        setOver(false);
        setDragged(undefined);
        onDrop(dragged);
      },
    },
  };
}
