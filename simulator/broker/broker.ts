import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { reservePort } from '../ports.ts';
import { siblingModule } from '../sibling-module.ts';
import type { Answer, Order } from './orders.ts';

export interface Broker extends AsyncDisposable {
  /** Where it serves MQTT 3.1.1 on 127.0.0.1. */
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason, with what it wrote to stderr. */
  readonly exited: Promise<string>;
  /** Has an order carried out in the broker's process. Resolves to undefined where that process is gone. */
  order(order: Order): Promise<Answer | undefined>;
  /** Ends it by SIGKILL, as it has nothing to keep; resolves once it is gone. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts an MQTT broker (aedes) as a process of its own, in a process group of its own, on this port or on one that
 * stays reserved for it. It acknowledges a QoS 1 message before it has stored it and keeps all in RAM: a broker to inject
 * faults with, no witness for durability. Its sessions survive a restart that was ordered, and not the end of its process.
 *
 * @throws if it does not come up, with what it wrote.
 */
export async function startBroker({ port }: { port?: number } = {}): Promise<Broker> {
  await using owned = new AsyncDisposableStack();
  const ownPort = port ?? owned.use(await reservePort()).port;
  const child = spawn(process.execPath, [siblingModule(import.meta.url, './broker-process'), String(ownPort)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: true,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = once(child, 'close').then(() => stderr);
  owned.defer(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const ended = await Promise.race([once(child, 'message'), exited]);
  if (typeof ended === 'string') throw new Error(`the MQTT broker did not start: ${reason(ended)}`);
  const running = owned.move();
  const stop = () => running.disposeAsync();
  return { port: ownPort, pid: child.pid!, exited, order: orderer(child, exited), stop, [Symbol.asyncDispose]: stop };
}

function orderer(child: ChildProcess, exited: Promise<string>): Broker['order'] {
  const awaited = new Map<number, (answer: Answer) => void>();
  let numbers = 0;
  child.on('message', ({ number, answer }: { number: number; answer: Answer }) => {
    awaited.get(number)?.(answer);
    awaited.delete(number);
  });
  return async (order) => {
    if (!child.connected) return undefined;
    const number = ++numbers;
    const answered = new Promise<Answer>((resolve) => awaited.set(number, resolve));
    child.send({ number, order }, () => {}); // an error here is the end of the process
    return Promise.race([answered, exited.then(() => undefined)]);
  };
}

/** The line of a Node.js crash report that names the error. */
function reason(stderr: string): string {
  return /^\w*Error: .*$/m.exec(stderr)?.[0] ?? (stderr.trim() || 'it ended without a word');
}
