/** Dragging agents onto each other, with the browser's drag and drop. The menu of each card has the same actions. */
import { type DragEvent, useState } from "react";
import { useTeamTools } from "./team-context.ts";
import { dropRefusal } from "./team-tree.ts";
import { moveTo } from "./team-words.ts";

const noDrag = { draggable: false } as const;

/** Handlers for an agent that can be dragged. */
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
  /** `off` while nothing is dragged; `refused` when the dragged agent may not be dropped here. */
  state: "off" | "open" | "over" | "refused";
  why: string | undefined;
  handlers: {
    onDragOver?: (event: DragEvent) => void;
    onDragLeave?: () => void;
    onDrop?: (event: DragEvent) => void;
  };
}

/** Handlers for an agent as a target; the dropped agent then reports to it. */
export function useAgentTarget(id: string): Target {
  const { team, dragged, take, open } = useTeamTools();
  const why = dragged === undefined ? undefined : dropRefusal(team.roles, dragged, id);
  return useTarget(why, (moved) => {
    if (!team.roles.has(moved)) open({ kind: "join", id: moved, under: id });
    else take(moved, { reports_to: id }, moveTo(team, moved, id));
  });
}

/** Handlers for a place as a target, such as the tray. */
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
