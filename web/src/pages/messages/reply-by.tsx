/** The deadline for a reply. */
import { useState } from "react";
import { Select, TextInput } from "../../ui/field.tsx";

const CHOICES = [
  { value: "15", label: "in 15 minutes" },
  { value: "60", label: "in an hour" },
  { value: "1440", label: "in a day" },
  { value: "at", label: "at a time…" },
] as const;

interface ReplyByProps {
  /** ISO 8601, or empty. */
  value: string;
  onChange: (value: string) => void;
}

export function ReplyBy({ value, onChange }: ReplyByProps) {
  const [choice, setChoice] = useState<(typeof CHOICES)[number]["value"] | "">("");
  const [local, setLocal] = useState("");
  const choose = (next: typeof choice) => {
    setChoice(next);
    const minutes = Number(next);
    onChange(minutes > 0 ? new Date(Date.now() + minutes * 60_000).toISOString() : "");
  };
  const setAt = (text: string) => {
    setLocal(text);
    const time = new Date(text);
    onChange(Number.isNaN(time.getTime()) ? "" : time.toISOString());
  };
  // After sending, the next message requests no reply.
  const shown = value === "" && choice !== "at" ? "" : choice;
  return (
    <>
      <div className="w-44">
        <Select label="Reply by" value={shown} options={CHOICES} empty="no deadline" onChange={choose} />
      </div>
      {shown === "at" && (
        <div className="w-52">
          <TextInput label="Time of the deadline" type="datetime-local" value={local} onChange={setAt} />
        </div>
      )}
    </>
  );
}
