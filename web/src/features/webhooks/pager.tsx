import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { AT_ONCE, type Seen } from "./reading.ts";

/** Which part of the log is shown, and the way to the next. */
export function Pager({ data, onPage }: { data: Seen; onPage: (page: number) => void }) {
  const { page, deliveries, total } = data;
  const first = (page - 1) * AT_ONCE + 1;
  const [from, to, all] = [first, first + deliveries.length - 1, total].map((count) => count.toLocaleString("en-GB"));
  return (
    <nav aria-label="Pages of deliveries" className="flex items-center justify-between gap-3">
      <p className="tabular text-12 text-muted">
        {deliveries.length > 0 ? `${from}–${to} of ${all}` : "There are no older ones."}
      </p>
      <div className="flex gap-2">
        <Button icon={<ChevronLeft aria-hidden="true" />} disabled={page === 1} onClick={() => onPage(page - 1)}>
          Newer
        </Button>
        <Button disabled={data.isLast} onClick={() => onPage(page + 1)}>
          Older
          <ChevronRight aria-hidden="true" />
        </Button>
      </div>
    </nav>
  );
}
