import { expect, test } from 'vitest';
import { pipelineSchema } from '../../scenarios/schema/pipeline.ts';
import type { Delivery, HistoryEvent } from '../../simulator/recorder.ts';
import { startRunClock } from '../../simulator/run-clock.ts';
import { Outlet } from '../outlets/outlet.ts';
import { pourOut, serve } from '../outlets/testing/serve.ts';
import { finalRead } from './final-read.ts';

const clock = startRunClock();

function outletOf(outlet: object): Outlet {
  const pipeline = { version: 1, name: 'test', nodes: { n: { command: ['node'], ready: { log: 'up' } } }, links: {}, outlet };
  return new Outlet(pipelineSchema.parse(pipeline).outlet, 'registers', clock);
}

async function read(outlet: Outlet, signal = new AbortController().signal) {
  const events: HistoryEvent[] = [];
  const deliveries: Delivery[] = [];
  const recorder = { reading() {}, delivery: (it: Delivery) => void deliveries.push(it), event: (it: HistoryEvent) => void (it.kind !== 'look' && events.push(it)) };
  const startMs = performance.now();
  const rejected = await finalRead({ outlet, nodes: [], recorder, clock, signal }).then(() => undefined, (error: Error) => error);
  return { events, deliveries, rejected, afterMs: performance.now() - startMs };
}

test('an outlet that does not answer at first is asked again, and what it had said until then counts once', async () => {
  let asked = 0;
  await using server = await serve(({ url }, response) => {
    if (url === '/gaps' && ++asked < 3) response.writeHead(503).end();
    else response.end(url === '/gaps' ? '[]' : '[{"device":"machine-1","n":1,"value":2}]');
  });
  const { deliveries, events } = await read(outletOf({ readings: { kind: 'http', url: server.origin }, gaps: { kind: 'http', url: `${server.origin}/gaps` } }));
  expect(deliveries).toHaveLength(1);
  expect(events).toEqual([]);
});

test('what is too large is recorded as unreadable, and not asked for again', async () => {
  let asked = 0;
  await using server = await serve((_request, response) => {
    asked++;
    pourOut(response, Buffer.alloc(1e6, ' '));
  });
  const { events, deliveries } = await read(outletOf({ readings: { kind: 'http', url: server.origin } }));
  expect(deliveries).toEqual([]);
  expect(events).toMatchObject([{ kind: 'outlet-unreadable', why: `outlet.readings (${server.origin}): one answer is larger than 128 MB, expected less at a time: with a key cursor only what is new is read, by pages` }]);
  expect(asked).toBe(1);
});

test.each([
  ['drips', async () => {
    const server = await serve((_request, response) => pourOut(response.writeHead(200), ' ', 20));
    return { spec: { readings: { kind: 'http', url: server.origin } }, server };
  }],
  ['is an endless query', async () => ({
    spec: { readings: { kind: 'sqlite', file: ':memory:', query: 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT max(x) AS device FROM c' } },
    server: undefined,
  })],
])('Ctrl-C ends the final read of an outlet that %s', async (_what, prepare) => {
  const { spec, server } = await prepare();
  await using owned = new AsyncDisposableStack();
  owned.use(server);
  const interrupt = new AbortController();
  setTimeout(() => interrupt.abort(new Error('interrupted')), 300);
  const { rejected, events, afterMs } = await read(outletOf(spec), interrupt.signal);
  expect(rejected?.message).toBe('interrupted');
  expect(events).toEqual([]);
  expect(afterMs).toBeLessThan(2000);
});
