import { useState } from "react";
import { inWords } from "../../app/error.ts";
import type { Project } from "../../sync/rows.ts";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";
import { useCatalog } from "../properties/catalog.ts";
import { Row, Section } from "../settings/parts.tsx";
import { closingState } from "./action-fields.tsx";
import type { Rule, Setting } from "./rule.ts";
import { counted } from "./words.ts";

const MONTHS = Array.from({ length: 13 }, (_, months) => months);

export interface TermsProps {
  project: Project;
  settings: Readonly<Record<Setting, number>>;
  /** The rules that carry these out. */
  rules: readonly Rule[];
  mayChange: boolean;
  onChange: (setting: Setting, months: number) => Promise<void>;
  onHistory: (rule: Rule) => void;
}

/** After how long without a change items are archived and closed. */
export function Terms({ project, settings, rules, mayChange, onChange, onHistory }: TermsProps) {
  const closing = closingState(useCatalog(), project);
  const rows = [
    ["archive_in", "Archive finished items", "Completed and cancelled items that nobody changed for so long."],
    [
      "close_in",
      "Close open items",
      closing
        ? `Items that nobody changed for so long become ${closing}.`
        : "The project has no state that means cancelled, so nothing is closed.",
    ],
  ] as const;
  return (
    <Section>
      {rows.map(([setting, label, help]) => (
        <Term
          key={setting}
          label={label}
          help={help}
          months={settings[setting]}
          rule={rules.find((rule) => rule.setting === setting)}
          mayChange={mayChange}
          onChange={(months) => onChange(setting, months)}
          onHistory={onHistory}
        />
      ))}
    </Section>
  );
}

interface TermProps {
  label: string;
  help: string;
  months: number;
  rule: Rule | undefined;
  mayChange: boolean;
  onChange: (months: number) => Promise<void>;
  onHistory: (rule: Rule) => void;
}

function Term({ label, help, months, rule, mayChange, onChange, onHistory }: TermProps) {
  /** What was chosen, until the server has answered. */
  const [ahead, setAhead] = useState<number>();
  const set = async (next: number, isUndo = false) => {
    setAhead(next);
    try {
      await onChange(next);
      const action = isUndo ? undefined : { label: "Undo", run: () => void set(months, true) };
      toast(`${label}: ${monthsWords(next)}`, { action, key: "undo" });
    } catch (failed) {
      toast(`${label}: not changed`, { tone: "danger", detail: inWords(failed).message });
    } finally {
      setAhead(undefined);
    }
  };
  return (
    <Row
      label={label}
      help={
        <>
          {help}
          {rule && (
            <Button
              variant="ghost"
              size="sm"
              aria-label={`What it did: ${label}`}
              onClick={() => onHistory(rule)}
              className="mt-1 -ml-1.75 flex! w-fit"
            >
              What it did
            </Button>
          )}
        </>
      }
    >
      <Select
        aria-label={label}
        value={ahead ?? months}
        disabled={!mayChange}
        onChange={(event) => void set(Number(event.currentTarget.value))}
      >
        {MONTHS.map((count) => (
          <option key={count} value={count}>
            {monthsWords(count)}
          </option>
        ))}
      </Select>
    </Row>
  );
}

function monthsWords(months: number): string {
  return months === 0 ? "Never" : `After ${counted(months, "month")}`;
}
