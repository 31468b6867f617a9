/** Text to copy into a terminal or a file. */
import { Check, Copy } from "lucide-react";
import { Button } from "./button.tsx";
import { useCopy } from "./id.tsx";

interface SnippetProps {
  /** Names the text: "Command", "Configuration". */
  label: string;
  text: string;
  onCopy?: (() => void) | undefined;
}

export function Snippet({ label, text, onCopy }: SnippetProps) {
  const { copied, copy } = useCopy(text);
  const copyAndReport = () => {
    copy();
    onCopy?.();
  };
  return (
    <figure className="group relative rounded border border-line bg-side">
      <figcaption className="sr-only">{label}</figcaption>
      <pre className="p-3 pr-12 font-mono text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</pre>
      <Button
        look="quiet"
        size="icon"
        label={copied ? "Copied" : `Copy the ${label.toLowerCase()}`}
        className="absolute top-1 right-1"
        onClick={copyAndReport}
      >
        {copied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
      </Button>
    </figure>
  );
}
