/** Shows the notes of the store, each for a few seconds; errors until they are closed. */
import { Toast } from "@base-ui/react/toast";
import { CircleX, X } from "lucide-react";
import { useEffect } from "react";
import { type Note, onNote } from "../data/notices.ts";
import { Button } from "./button.tsx";

const SHOWN_MS = 6_000;

export function Toasts() {
  return (
    <Toast.Provider timeout={SHOWN_MS} limit={4}>
      <Listener />
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-50 flex w-[min(360px,calc(100vw-32px))] flex-col gap-2 max-sm:bottom-20">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Listener() {
  const { add, close } = Toast.useToastManager();
  useEffect(
    () =>
      onNote((note) => {
        const id: string = add({
          title: note.title,
          description: note.detail,
          data: { note, close: () => close(id) },
          priority: note.isError ? "high" : "low",
          ...(note.isError && { timeout: 0 }),
        });
      }),
    [add, close],
  );
  return null;
}

interface NoteData {
  note: Note;
  close: () => void;
}

function List() {
  const { toasts } = Toast.useToastManager<NoteData>();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      data-note
      swipeDirection={["right", "down"]}
      className="rounded-lg border border-line bg-raised p-3 shadow-pop transition-opacity data-[ending-style]:opacity-0"
    >
      <Toast.Content className="flex items-start gap-2">
        {toast.data?.note.isError && <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-failed" />}
        <div className="min-w-0 grow">
          <Toast.Title className="font-medium break-words" />
          <Toast.Description className="mt-0.5 text-sm break-words text-ink-2" />
          {toast.data?.note.requestId && (
            <p className="mt-1 font-mono text-xs break-all text-ink-3">Request {toast.data.note.requestId}</p>
          )}
        </div>
        {toast.data?.note.undo && <Undo {...toast.data} />}
        <Toast.Close aria-label="Close" className="rounded-sm p-0.5 text-ink-3 hover:text-ink">
          <X aria-hidden className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}

function Undo({ note, close }: NoteData) {
  return (
    <Button
      size="small"
      onClick={() => {
        close();
        void note.undo?.();
      }}
    >
      {note.undoLabel ?? "Undo"}
    </Button>
  );
}
