/** A button that lets a person choose files. */
import { Paperclip } from "lucide-react";
import { useRef } from "react";
import { Button } from "../../ui/button.tsx";
import type { Uploads } from "./use-uploads.ts";

interface AttachProps {
  uploads: Uploads;
  denied: string | undefined;
  /** The words on the button, and the name of the field for screen readers. */
  text: string;
  label: string;
}

export function AttachButton({ uploads: { upload, progress }, denied, text, label }: AttachProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button size="small" denied={denied} isBusy={progress !== undefined} onClick={() => input.current?.click()}>
        <Paperclip aria-hidden className="size-4" />
        {text}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        className="sr-only"
        tabIndex={-1}
        aria-label={label}
        onChange={({ target }) => {
          void upload([...(target.files ?? [])]);
          target.value = "";
        }}
      />
    </>
  );
}
