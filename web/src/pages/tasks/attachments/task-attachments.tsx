/** The files of a task: their list with previews, and a button to add some, on which files can be dropped as well. */
import type { Attachment } from "@bailiwick/sdk";
import { type DragEvent, useState } from "react";
import { useList } from "../../../data/list.ts";
import { useDenied } from "../../../data/session.tsx";
import { AttachButton } from "../../../domain/files/attach-button.tsx";
import { useUploads } from "../../../domain/files/use-uploads.ts";
import { cx } from "../../../ui/class-names.ts";
import { Section } from "../../../ui/page.tsx";
import { ShortList } from "../../../ui/short-list.tsx";
import { AttachmentLine } from "./attachment-line.tsx";

const useAttachments = (taskId: string) =>
  useList<Attachment>({
    key: ["attachments", "list", { id: taskId }],
    page: (client, at, call) => client.attachments.list({ id: taskId, ...at }, call),
    idOf: ({ id }) => id,
  });

/** Left out while the task has no file: the line of further parts has the button then. */
export function TaskAttachments({ taskId }: { taskId: string }) {
  const list = useAttachments(taskId);
  if (!list.error && list.rows.length === 0) return null;
  return (
    <Section title="Attachments" about={<AttachFiles taskId={taskId} />}>
      <ShortList label="Attachments" list={list} idOf={({ id }) => id}>
        {(attachment) => <AttachmentLine attachment={attachment} />}
      </ShortList>
    </Section>
  );
}

export function AttachFirst({ taskId }: { taskId: string }) {
  const list = useAttachments(taskId);
  return list.isLoading || list.error || list.rows.length > 0 ? null : <AttachFiles taskId={taskId} />;
}

function AttachFiles({ taskId }: { taskId: string }) {
  const denied = useDenied("tasks:write");
  const [isOver, setOver] = useState(false);
  const uploads = useUploads(taskId);
  const { upload, progress } = uploads;
  const isOff = denied !== undefined || progress !== undefined;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!isOff) void upload([...event.dataTransfer.files]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by keyboard.
    <span
      className={cx("inline-flex items-center gap-2 rounded print:hidden", isOver && "bg-selected")}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(!isOff);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <AttachButton uploads={uploads} denied={denied} text="Attach files" label="Files to attach" isQuiet />
      <span role="status" className="text-sm text-ink-3">
        {progress}
      </span>
    </span>
  );
}
