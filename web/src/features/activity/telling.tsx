/** What happened, in words, with what stands out in them. */

import { Link } from "@tanstack/react-router";
import { useEngine, useRow } from "../../sync-react/index.tsx";
import { useCatalog } from "../properties/index.ts";
import type { Told } from "./words.ts";

export function Telling({ told: { words, value, before, about } }: { told: Told }) {
  return (
    <>
      {words}
      {value && " "}
      {value && <Value text={value} about={about ?? null} />}
      {before && <span> (was {before})</span>}
    </>
  );
}

function Value({ text, about }: { text: string; about: string | null }) {
  const engine = useEngine();
  const catalog = useCatalog();
  const item = useRow("work_item", about);
  if (/^https?:\/\//.test(text)) {
    return (
      <a href={text} target="_blank" rel="noopener noreferrer nofollow" className="text-text underline">
        {text}
      </a>
    );
  }
  if (!item) return <span className="font-medium text-text">{text}</span>;
  return (
    <Link
      to="/$ws/item/$key"
      params={{ ws: engine.slug, key: catalog.address(item) }}
      className="text-text underline decoration-line-strong hover:decoration-current"
    >
      <span className="tabular">{catalog.key(item)}</span> {item.name}
    </Link>
  );
}
