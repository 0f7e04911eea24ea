import { lookup } from 'node:dns';
import { lookup as lookupPromise } from 'node:dns/promises';
import { get } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

/**
 * A program under test that calls a name: it stays connected to HOST:PORT of its arguments and calls again whenever the
 * connection ends, and tells its parent of each connection and of each failure. It also answers questions.
 */
const [host = '', port = ''] = process.argv.slice(2);

function call(): void {
  const socket = connect(Number(port), host);
  socket.on('connect', () => process.send!({ connected: true }));
  socket.on('error', ({ code }: NodeJS.ErrnoException) => process.send!({ failed: code }));
  socket.on('close', () => setTimeout(call, 20));
}

const codeOf = (error: NodeJS.ErrnoException) => ({ code: error.code, syscall: error.syscall, errno: error.errno });

const answers: Record<string, () => Promise<unknown>> = {
  one: () => promisify(lookup)(host),
  all: () => promisify(lookup)(host, { all: true }),
  promise: () => lookupPromise(host, { family: 4 }),
  v6: () => lookupPromise(host, 6).catch(codeOf),
  absent: () => lookupPromise(`no-${host}`).catch(codeOf),
  other: () => lookupPromise('localhost', { family: 4 }),
  http: () => new Promise((resolve) => get(`http://${host}:${port}/`, (response) => resolve(response.statusCode)).on('error', (error) => resolve(codeOf(error)))),
  fetch: () => fetch(`http://${host}:${port}/`).then(({ status }) => status, (error) => codeOf(error.cause)),
  worker: () => new Promise((resolve) => new Worker(new URL(import.meta.url), { argv: [host, port] }).once('message', resolve)),
};

if (isMainThread) process.on('message', async (question: string) => (question === 'call' ? call() : process.send!({ question, answer: await answers[question]!() })));
// oxlint-disable-next-line unicorn/require-post-message-target-origin
else parentPort!.postMessage(await answers.one!());
