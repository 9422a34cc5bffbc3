/** Runs work in the next macrotask. Not by a timer: those of hidden tabs are held back for a second, and a hidden tab may lead. */

const waiting: (() => void)[] = [];
let port: MessagePort | undefined;

export function soon(work: () => void): void {
  waiting.push(work);
  port ??= open();
  port.postMessage(null);
}

function open(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => waiting.shift()?.();
  return port2;
}
