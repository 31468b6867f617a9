/** One line with the parts of a task that are empty or costly to read; a press or a key shows them. */
import { Activity, GitBranch, type LucideIcon } from "lucide-react";
import { type ReactNode, type RefObject, Suspense, useRef, useState } from "react";
import { type TaskDetail, useChildren } from "../../data/tasks.ts";
import { Button } from "../../ui/button.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Section } from "../../ui/page.tsx";
import { Skeleton } from "../../ui/states.tsx";
import { NewSubtask } from "./subtask-list.tsx";

const DelegationTree = lazyPart(() => import("./delegation/delegation-tree.tsx"), "DelegationTree");
const AttachFirst = lazyPart(() => import("./attachments/task-attachments.tsx"), "AttachFirst");
const Telemetry = lazyPart(() => import("./task-telemetry.tsx"), "Telemetry");

export function TaskMore({ task, isPage }: { task: TaskDetail; isPage: boolean }) {
  const tree = usePart();
  const telemetry = usePart();
  const { rows, isLoading } = useChildren(task.id);
  useHotkeys([{ keys: "t", label: "Show the delegation tree", isMove: true, run: tree.show }]);
  return (
    <>
      <Part title="Delegation tree" of={tree}>
        <DelegationTree rootId={task.root_task_id} currentId={task.id} />
      </Part>
      <Part title="Telemetry" of={telemetry}>
        <Telemetry taskId={task.id} isNarrow={!isPage} />
      </Part>
      <div className="flex flex-wrap items-center gap-x-1 border-t border-line px-2 py-1.5 print:hidden">
        {!isLoading && rows.length === 0 && <NewSubtask task={task} />}
        <Suspense>
          <AttachFirst taskId={task.id} />
        </Suspense>
        {!tree.isOpen && <ShowPart icon={GitBranch} title="Delegation tree" keys="t" of={tree} />}
        {!telemetry.isOpen && <ShowPart icon={Activity} title="Telemetry" of={telemetry} />}
      </div>
    </>
  );
}

interface PartState {
  isOpen: boolean;
  show: () => void;
  hide: () => void;
  top: RefObject<HTMLDivElement | null>;
}

function usePart(): PartState {
  const [isOpen, setOpen] = useState(false);
  const top = useRef<HTMLDivElement>(null);
  const show = () => {
    setOpen(true);
    requestAnimationFrame(() => top.current?.scrollIntoView({ block: "nearest" }));
  };
  return { isOpen, show, hide: () => setOpen(false), top };
}

function Part({ title, of: { isOpen, hide, top }, children }: { title: string; of: PartState; children: ReactNode }) {
  if (!isOpen) return null;
  return (
    <div ref={top} className="border-t border-line">
      <Section
        title={title}
        about={
          <Button size="small" look="quiet" onClick={hide}>
            Hide<span className="sr-only">{` the ${title.toLowerCase()}`}</span>
          </Button>
        }
      >
        <Suspense fallback={<Skeleton lines={3} />}>{children}</Suspense>
      </Section>
    </div>
  );
}

interface ShowProps {
  icon: LucideIcon;
  title: string;
  keys?: string;
  of: PartState;
}

function ShowPart({ icon: Icon, title, keys, of }: ShowProps) {
  return (
    <Button size="small" look="quiet" keys={keys} onClick={of.show}>
      <Icon aria-hidden className="size-4" />
      {title}
    </Button>
  );
}
