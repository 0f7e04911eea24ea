import net from 'node:net';
import { plainText } from '../../simulator/plain-text.ts';
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

/** Asks once whether the node serves now. What its log said once counts until its end: `saysReady` was true for a line of it. */
export function servesNow(check: ReadinessCheck, saidReady: boolean): Promise<boolean> {
  if (check.http) return statusOf(check.http, AbortSignal.timeout(READY_MS)).then((status) => status === 200);
  if (check.tcp) return accepts(check.tcp);
  return Promise.resolve(saidReady);
}

/** Whether this line of its output matches a check of the log, with or without its colours. */
export function saysReady({ log }: ReadinessCheck, line: string): boolean {
  if (log === undefined) return false;
  const pattern = new RegExp(log);
  return pattern.test(line) || pattern.test(plainText(line));
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
