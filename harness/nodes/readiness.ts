import net from 'node:net';
import { statusOf, type HttpTarget } from '../outlets/http.ts';
import { READY_MS } from '../outlets/limits.ts';

/** How a node shows that it serves: exactly one of the three. Variables are replaced already, but `${env.NAME}` in what is asked over HTTP. */
export interface ReadinessCheck {
  http?: HttpTarget;
  tcp?: string;
  log?: string;
  withinMs: number;
}

/** The check in words, for messages: `http://127.0.0.1:1234/health to answer 200`. */
export function describeCheck(check: ReadinessCheck): string {
  if (check.http) return `${check.http.url} to answer 200`;
  if (check.tcp) return `${check.tcp} to accept a connection`;
  return `a line of its output to match /${check.log}/`;
}

/** Asks once whether the node serves now. A check of the log looks at the lines since the last start. */
export function servesNow(check: ReadinessCheck, linesSinceStart: readonly string[]): Promise<boolean> {
  if (check.http) return statusOf(check.http, AbortSignal.timeout(READY_MS)).then((status) => status === 200);
  if (check.tcp) return accepts(check.tcp);
  const pattern = new RegExp(check.log!);
  return Promise.resolve(linesSinceStart.some((line) => pattern.test(line)));
}

function accepts(address: string): Promise<boolean> {
  const at = address.lastIndexOf(':');
  return new Promise((resolve) => {
    const socket = net.connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)), timeout: READY_MS });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => done(true));
    socket.on('timeout', () => done(false));
    socket.on('error', () => done(false));
  });
}
