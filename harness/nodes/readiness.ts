import http from 'node:http';
import net from 'node:net';

/** How a node shows that it serves: exactly one of the three. Variables are replaced already. */
export interface ReadinessCheck {
  http?: string;
  tcp?: string;
  log?: string;
  withinMs: number;
}

/** The check in words, for messages: `http://127.0.0.1:1234/health to answer 200`. */
export function describeCheck(check: ReadinessCheck): string {
  if (check.http) return `${check.http} to answer 200`;
  if (check.tcp) return `${check.tcp} to accept a connection`;
  return `a line of its output to match /${check.log}/`;
}

/** Asks once whether the node serves now. A check of the log looks at the lines since the last start. */
export function servesNow(check: ReadinessCheck, linesSinceStart: readonly string[]): Promise<boolean> {
  if (check.http) return answers200(check.http);
  if (check.tcp) return accepts(check.tcp);
  const pattern = new RegExp(check.log!);
  return Promise.resolve(linesSinceStart.some((line) => pattern.test(line)));
}

function answers200(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false, timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

function accepts(address: string): Promise<boolean> {
  const at = address.lastIndexOf(':');
  return new Promise((resolve) => {
    const socket = net.connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)), timeout: 1000 });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => done(true));
    socket.on('timeout', () => done(false));
    socket.on('error', () => done(false));
  });
}
