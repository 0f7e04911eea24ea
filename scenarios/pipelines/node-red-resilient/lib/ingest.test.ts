import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const require = createRequire(import.meta.url);
const { Store } = require('./store.cjs');
const { Ingest } = require('./ingest.cjs');

const statement = { backlog: 0, full: false, diskError: null, machines: {}, clock: { settled: true, disputed: false, wallOffByMs: 0 } };
const heard = { gateway: 'gateway-1', connection: 'c', readings: [], statement };

beforeEach(() => void vi.useFakeTimers({ toFake: ['hrtime', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const up = () => ({ up: true, why: '', silentMs: 0 });
const down = () => ({ up: false, why: 'closed', silentMs: 0 });

/** Which layer the ingest blames once the gateway has been silent for long enough to be missed; `happens` meanwhile. */
function blamed(happens: (ingest: any) => void): string | null {
  const ingest = new Ingest(new Store(':memory:'));
  ingest.askBroker = up;
  ingest.note(heard);
  vi.advanceTimersByTime(10);
  happens(ingest);
  ingest.askBroker = up;
  vi.advanceTimersByTime(2000);
  const { layer } = ingest.health();
  ingest.store.close();
  return layer;
}

const says = (ingest: any) => ingest.gone('gateway-1', 'c');
const loses = (ingest: any) => {
  ingest.askBroker = down;
  ingest.lostBroker();
};

test('the last words of a broker that goes down are no news of the gateways, read before it is lost or after; what it said earlier is', () => {
  expect(blamed((ingest) => (says(ingest), vi.advanceTimersByTime(5), loses(ingest)))).toBe('network');
  expect(blamed((ingest) => (loses(ingest), says(ingest)))).toBe('network');
  expect(blamed((ingest) => (says(ingest), vi.advanceTimersByTime(1500), loses(ingest)))).toBe('gateway');
});
