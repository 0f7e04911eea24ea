import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';

/**
 * `victim PORT FOLDER`: the program that the faults happen to. It sends every line back that it gets; one that is an
 * order, in JSON, it sends back with what came of it.
 */
const [, , port, folder] = process.argv;
const file = (name: string) => path.join(folder!, name);

interface Order {
  /** Which file, and the line to append to it. */
  append?: { to: string; line: string; sync: boolean };
  /** Tell what is in this file. */
  read?: string;
}

function obey({ append, read }: Order): object {
  const startMs = performance.now();
  try {
    if (append) appendFileSync(file(append.to), `${append.line}\n`, { flush: append.sync });
    const lines = read && existsSync(file(read)) ? readFileSync(file(read), 'utf8').split('\n').slice(0, -1) : [];
    return { said: 'ok', lines, tookMs: performance.now() - startMs, nowMs: Date.now() };
  } catch (problem) {
    return { said: (problem as NodeJS.ErrnoException).code, lines: [], tookMs: performance.now() - startMs, nowMs: Date.now() };
  }
}

createServer({ noDelay: true }, (socket) => {
  const lines = createInterface({ input: socket });
  for (const it of [socket, lines]) it.on('error', () => {}); // who asked is gone
  lines.on('line', (line) => {
    const answer = line.startsWith('{') ? JSON.stringify({ ...JSON.parse(line), ...obey(JSON.parse(line)) }) : line;
    socket.write(`${answer}\n`);
  });
}).listen(Number(port), '127.0.0.1');
