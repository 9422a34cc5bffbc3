import { Link, useParams } from "@tanstack/react-router";
import type { Mentioned } from "./names.ts";

/** Key and name of an item, which lead to it. undefined: not known yet; null: it is gone. */
export function ItemName({ item }: { item: Mentioned | null | undefined }) {
  const { ws } = useParams({ from: "/$ws" });
  if (!item) {
    return (
      <span className="min-w-0 flex-1 truncate text-13 text-muted">{item === null ? "An item that is gone" : " "}</span>
    );
  }
  return (
    <Link
      to="/$ws/item/$key"
      params={{ ws, key: item.key }}
      className="flex min-w-0 flex-1 items-baseline gap-2 text-13 hover:underline pointer-coarse:min-h-11 pointer-coarse:items-center"
    >
      <span className="tabular shrink-0 text-12 text-muted">{item.key}</span>
      <span className="min-w-0 truncate">{item.name}</span>
    </Link>
  );
}
