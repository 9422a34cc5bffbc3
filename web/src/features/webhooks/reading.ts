/** A page of the log of a webhook, looked at anew while something in it waits. */

import { useEffect, useRef } from "react";
import { type Fetched, useFetched } from "../../app/fetched.ts";
import { pauseBefore, useLooks } from "./pace.ts";
import { type At, type Page, readDeliveries, readWebhook } from "./remote.ts";
import type { Status, Webhook } from "./webhook.ts";

/** So many are on a page. */
export const AT_ONCE = 50;

export interface Seen extends Page {
  readonly status: Status | null;
  readonly page: number;
  readonly webhook: Webhook;
}

export interface LogReading {
  readonly data: Seen | undefined;
  readonly error: Fetched<Seen>["error"];
  /** Whether it is another page than the one that was asked for, until that has come. */
  readonly isOld: boolean;
  readonly look: () => Promise<void>;
}

/** `onSeen`: how the webhook is by now, which changes with its deliveries. */
export function useLog(at: At, status: Status | null, page: number, onSeen: (webhook: Webhook) => void): LogReading {
  const key = `${status} ${page}`;
  const still = useRef(0);
  const last = useRef("");
  const { data, error, reload } = useFetched<Seen>(key, async () => {
    const [read, webhook] = await Promise.all([readDeliveries(at, status, page, AT_ONCE), readWebhook(at)]);
    const now = read.deliveries.map(({ id, status, attempts }) => `${id} ${status} ${attempts}`).join();
    still.current = now === last.current ? still.current + 1 : 0;
    last.current = now;
    return { ...read, status, page, webhook };
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is told of each look once
  useEffect(() => {
    if (data) onSeen(data.webhook);
  }, [data]);
  const look = () => {
    still.current = 0;
    return reload();
  };
  // What is there stays until what was asked for has come; if that cannot be had, it is not shown in its place.
  const isOld = data !== undefined && (data.status !== status || data.page !== page);
  const own = isOld && error ? undefined : data;
  useLooks(
    () => {
      if (error) still.current++;
      return own ? pauseBefore(own.deliveries, Date.now(), still.current) : null;
    },
    () => void reload(),
    data,
    error,
  );
  return { data: own, error, isOld, look };
}
