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
  isQuiet?: boolean;
}

export function AttachButton({ uploads: { upload, progress }, denied, text, label, isQuiet = false }: AttachProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        size="small"
        look={isQuiet ? "quiet" : "plain"}
        // Files can be dropped on it as well.
        label={isQuiet ? `${text}, up to 25 MiB each` : undefined}
        denied={denied}
        isBusy={progress !== undefined}
        onClick={() => input.current?.click()}
      >
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
