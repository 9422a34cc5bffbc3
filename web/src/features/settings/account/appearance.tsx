import { useId } from "react";
import { type Preferences, setPreference, usePreference } from "../../../lib/preferences.ts";
import { cx } from "../../../ui/classes.ts";
import { Switch } from "../../../ui/toggle.tsx";
import { Row, Section } from "../parts.tsx";

const THEMES = [
  ["system", "System"],
  ["light", "Light"],
  ["dark", "Dark"],
  ["contrast", "High contrast"],
] as const;

const DENSITIES = [
  ["compact", "Compact"],
  ["comfortable", "Comfortable"],
] as const;

/** Kept in this browser: a bright office and a dark train are different places. */
export default function Appearance() {
  const singleKeys = usePreference("singleKeys");
  return (
    <>
      <Section>
        <Choice title="Theme" preference="theme" options={THEMES} />
        <Choice title="Rows" preference="density" options={DENSITIES} />
        <p className="text-12 text-muted">These choices are kept in this browser.</p>
      </Section>
      <Section title="Keys" lead="Press ? anywhere to see all of them.">
        <Row
          label="Single-key shortcuts"
          help="Keys such as C or G then M act when nothing is typed in. Switch them off if you dictate."
        >
          <Switch
            label="Single-key shortcuts"
            checked={singleKeys}
            onChange={(checked) => setPreference("singleKeys", checked)}
          />
        </Row>
      </Section>
    </>
  );
}

interface ChoiceProps<K extends "theme" | "density"> {
  title: string;
  preference: K;
  options: readonly (readonly [Preferences[K], string])[];
}

/** One of a few, all of them in sight. */
function Choice<K extends "theme" | "density">({ title, preference, options }: ChoiceProps<K>) {
  const value = usePreference(preference);
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1.5 text-13 font-medium">{title}</legend>
      <div className="inline-flex flex-wrap gap-1 rounded-panel border border-line bg-sunken p-0.5">
        {options.map(([option, label]) => (
          <label
            key={option}
            className={cx(
              "flex h-7 cursor-default items-center rounded-control px-3 text-13 select-none has-focus-visible:outline-2 has-focus-visible:outline-focus pointer-coarse:h-11",
              option === value ? "bg-raised font-medium ring-1 ring-line-strong" : "text-muted hover:text-text",
            )}
          >
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === value}
              onChange={() => setPreference(preference, option)}
              className="sr-only"
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
