import { Refused } from "../../api/asked.ts";
import { inWords } from "../../app/error.ts";
import { Button } from "../../ui/button.tsx";

/** Why a rule is not saved. */
export interface Trouble {
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Somebody else has saved it since. */
  readonly isStale: boolean;
  /** Why what they saved could not be had. */
  readonly unread?: string;
}

export function troubleOf(failed: unknown): Trouble {
  const refused = failed instanceof Refused ? failed : null;
  return { message: inWords(failed).message, fields: refused?.fields ?? {}, isStale: refused?.status === 412 };
}

/** The server would take it for another rule, or for one that fits nothing. */
export const VALUES_MISSING: Trouble = {
  message: "",
  fields: { filters: "Choose at least one value, or remove the condition." },
  isStale: false,
};

interface RefusalProps {
  trouble: Trouble;
  pending: boolean;
  onSaveAnyway: () => void;
  onTakeTheirs: () => void;
}

export function Refusal({ trouble, pending, onSaveAnyway, onTakeTheirs }: RefusalProps) {
  return (
    <div role="alert" className="flex flex-col gap-2 rounded-control bg-danger-soft px-3 py-2 text-13">
      <p>
        {trouble.isStale
          ? "Somebody else saved this automation while you wrote. Yours is not saved yet."
          : `Not done. ${messageOf(trouble)}`}
      </p>
      {trouble.unread && <p>Theirs could not be read, and yours is still here. {trouble.unread}</p>}
      {trouble.isStale && (
        <div className="flex flex-wrap gap-2">
          <Button disabled={pending} onClick={onSaveAnyway}>
            Save mine
          </Button>
          <Button disabled={pending} onClick={onTakeTheirs}>
            Take theirs
          </Button>
        </div>
      )}
    </div>
  );
}

const PLACES = /^(name|filters|trigger(\.(kind|fields|hour|days|idle_days))?|actions(\.\d+(\.\w+)?)?)$/;

/** What stands at its field is only pointed at. */
function messageOf({ message, fields }: Trouble): string {
  const paths = Object.keys(fields);
  if (paths.length === 0) return message;
  const homeless = paths.filter((path) => !PLACES.test(path)).map((path) => `${path}: ${fields[path]}`);
  return ["Look at the fields that are marked.", ...homeless].join(" ");
}
