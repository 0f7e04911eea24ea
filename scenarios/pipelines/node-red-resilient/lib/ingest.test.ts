import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const require = createRequire(import.meta.url);
const { Store } = require('./store.cjs');
const { Ingest } = require('./ingest.cjs');

const statement = { backlog: 0, full: false, diskError: null, machines: {}, clock: { settled: true, disputed: false, wallOffByMs: 0 } };
const heard = { gateway: 'gateway-1', connection: 'c', readings: [], statement };

beforeEach(() => void vi.useFakeTimers({ toFake: ['hrtime', 'Date'] }));
afterEach(() => void vi.useRealTimers());

/** What the ingest says once the gateway has been silent for long enough to be missed. */
function laterSaid(ingest: any): string | null {
  ingest.askBroker = () => ({ up: true, why: '', silentMs: 0 });
  vi.advanceTimersByTime(2000);
  return ingest.health().layer;
}

test('the last words of a broker that goes down are no news of the gateways; what it said before they were is', () => {
  for (const [betweenMs, layer] of [[5, 'network'], [1500, 'gateway']] as const) {
    const ingest = new Ingest(new Store(':memory:'));
    ingest.note(heard);
    vi.advanceTimersByTime(10);
    ingest.gone('gateway-1', 'c');
    vi.advanceTimersByTime(betweenMs);
    ingest.lostBroker();
    expect(laterSaid(ingest)).toBe(layer);
    ingest.store.close();
  }
});
