import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { AedesPublishPacket } from 'aedes';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { siblingModule } from '../sibling-module.ts';
import { DurablePersistence } from './durable-persistence.ts';
import { SessionStore } from './session-store.ts';

/** What aedes asks of it besides what is written down as changing. */
interface Readers {
  createRetainedStream(pattern: string): Readable;
  subscriptionsByClient(client: { id: string }): Promise<{ topic: string; qos: number }[]>;
  incomingGetPacket(client: { id: string }, packet: { messageId: number }): Promise<object>;
}

function folder(): string {
  const it = mkdtempSync(path.join(os.tmpdir(), 'brownout-sessions-'));
  onTestFinished(() => rmSync(it, { recursive: true }));
  return it;
}

test('it passes the suite that aedes has for persistences', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--test', '--test-reporter=tap', siblingModule(import.meta.url, '../testing/persistence-suite')], {
    env: { ...process.env, FOLDER: folder(), NODE_OPTIONS: '' },
  });
  expect(Number(/^# pass (\d+)$/m.exec(stdout)![1])).toBeGreaterThanOrEqual(50);
  expect(stdout).toMatch(/^# fail 0$/m);
});

const CLIENTS = [{ id: 'gateway' }, { id: 'ingest: Ä' }];
const TOPICS = ['plant', 'plant/1'];
const anyClient = fc.constantFrom(...CLIENTS);
const anyTopic = fc.constantFrom(...TOPICS);
const anyId = fc.integer({ min: 1, max: 3 });
const anyPayload = fc.string({ maxLength: 1 }).map((text) => Buffer.from(text));
const often = <T>(arbitrary: fc.Arbitrary<T>) => ({ arbitrary, weight: 4 });
const seldom = <T>(arbitrary: fc.Arbitrary<T>) => ({ arbitrary, weight: 1 });

/** One thing that aedes asks of it. `nth` tells which of the messages so far is meant, `id` the id that it travels under. */
const anyStep = fc.oneof(
  often(fc.record({ do: fc.constant('queue' as const), clients: fc.subarray(CLIENTS, { minLength: 1 }), brokerId: fc.constantFrom('this', 'one before'), topic: anyTopic, payload: anyPayload })),
  often(fc.record({ do: fc.constant('send' as const), client: anyClient, nth: fc.nat(), id: anyId })),
  often(fc.record({ do: fc.constant('received' as const), client: anyClient, id: anyId })),
  seldom(fc.record({ do: fc.constant('acknowledged' as const), client: anyClient, id: anyId })),
  seldom(fc.record({ do: fc.constant('retain' as const), topic: anyTopic, payload: anyPayload })),
  seldom(fc.record({ do: fc.constant('subscribe' as const), client: anyClient, topic: anyTopic, qos: fc.constantFrom(0, 1, 2) })),
  seldom(fc.record({ do: fc.constant('unsubscribe' as const), client: anyClient, topic: anyTopic })),
  seldom(fc.record({ do: fc.constant('clean' as const), client: anyClient })),
  seldom(fc.record({ do: fc.constant('receive' as const), client: anyClient, id: anyId, topic: anyTopic, payload: anyPayload })),
  seldom(fc.record({ do: fc.constant('release' as const), client: anyClient, id: anyId })),
  seldom(fc.record({ do: fc.constant('breath' as const) })),
);
type Step = typeof anyStep extends fc.Arbitrary<infer It> ? It : never;

test('whatever was asked of it, who comes after a SIGKILL finds what was there', async () => {
  const place = folder();
  let files = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60, size: 'max' }), async (steps) => {
      const file = path.join(place, `${++files}.sqlite`);
      const before = await opened(file);
      const messages: Message[] = [];
      for (const it of steps) await obey(before, it, messages);
      await nextTurn();
      expect(await all(await opened(file))).toEqual(await all(before));
    }),
    { numRuns: 150, seed: 4 },
  );
});

async function opened(file: string): Promise<DurablePersistence & Readers> {
  const persistence = new DurablePersistence(new SessionStore(file)) as DurablePersistence & Readers;
  await persistence.setup({});
  return persistence;
}

interface Message {
  brokerId: string;
  brokerCounter: number;
}

/** What aedes is refused, such as an id that nobody knows, changes nothing. No two messages of a client travel under one id. */
function obey(it: DurablePersistence, step: Step, messages: Message[]): Promise<unknown> {
  switch (step.do) {
    case 'retain':
      return it.storeRetained({ cmd: 'publish', qos: 1, dup: false, retain: true, topic: step.topic, payload: step.payload } as AedesPublishPacket);
    case 'subscribe':
      return it.addSubscriptions(step.client, [{ topic: step.topic, qos: step.qos as 0 | 1 | 2 }]);
    case 'unsubscribe':
      return it.removeSubscriptions(step.client, [step.topic]);
    case 'clean':
      return Promise.all([it.cleanSubscriptions(step.client), it.cleanIncoming(step.client)]);
    case 'queue': {
      const message = { brokerId: step.brokerId, brokerCounter: messages.length + 1 };
      messages.push(message);
      return it.outgoingEnqueueCombi(step.clients.map(({ id: clientId }) => ({ clientId })), { topic: step.topic, payload: step.payload, qos: 2, ...message });
    }
    case 'send':
      return send(it, step.client, messages[step.nth % messages.length], step.id);
    case 'received':
      return it.outgoingUpdate(step.client, { cmd: 'pubrel', messageId: step.id }).catch(() => {});
    case 'acknowledged':
      return it.outgoingClearMessageId(step.client, { messageId: step.id });
    case 'receive':
      return it.incomingStorePacket(step.client, { topic: step.topic, payload: step.payload, qos: 2, messageId: step.id });
    case 'release':
      return it.incomingDelPacket(step.client, { messageId: step.id }).catch(() => {});
    case 'breath':
      return nextTurn();
  }
}

async function send(it: DurablePersistence, client: { id: string }, message: Message | undefined, messageId: number): Promise<void> {
  const queue = await it.outgoingStream(client).toArray();
  if (!message || queue.some((other) => other.messageId === messageId)) return;
  await it.outgoingUpdate(client, { ...message, messageId }).catch(() => {});
}

async function all(it: DurablePersistence & Readers): Promise<unknown> {
  const sessions = CLIENTS.map(async (client) => ({
    subscriptions: (await it.subscriptionsByClient(client)).toSorted((a, b) => (a.topic < b.topic ? -1 : 1)).map(({ topic, qos }) => ({ topic, qos })),
    queued: (await it.outgoingStream(client).toArray()).map((packet) => (packet.cmd === 'pubrel' ? { pubrel: packet.messageId } : { ...packet })),
    incoming: await Promise.all([1, 2, 3, 4].map((messageId) => it.incomingGetPacket(client, { messageId }).then((packet) => ({ ...packet }), () => 'none'))),
  }));
  const retained = (await it.createRetainedStream('#').toArray()) as { topic: string }[];
  return { sessions: await Promise.all(sessions), retained: retained.toSorted((a, b) => (a.topic < b.topic ? -1 : 1)) };
}
