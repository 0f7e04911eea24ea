import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const { Window } = createRequire(import.meta.url)('./window.cjs');

/** Takes what the window offers, in batches of ten, until it offers nothing. */
function fill(window: any, newestId: number, nowMs = 0) {
  const sent: { lane: string; first: number; last: number }[] = [];
  for (let range = window.next(newestId); range; range = window.next(newestId)) {
    const [first, last] = [range.after + 1, Math.min(range.after + 10, range.upTo)];
    window.sent(range.lane, first, last, nowMs);
    sent.push({ lane: range.lane, first, last });
  }
  return sent;
}

test('a full window of backlog does not hold up what is live', () => {
  const window = new Window({ confirmWithinMs: 2000 });
  window.reopen(1000);
  expect(fill(window, 1000).map((it) => it.lane)).toEqual(['backlog', 'backlog', 'backlog', 'backlog']);
  expect(fill(window, 1003)).toEqual([{ lane: 'live', first: 1001, last: 1003 }]);
});

test('the backlog drains while live readings never stop', () => {
  const window = new Window({ confirmWithinMs: 2000 });
  window.reopen(200);
  let newest = 200;
  for (let round = 0; round < 10; round++) for (const { first, last } of fill(window, newest += 10)) window.confirmed(first, last);
  expect(window.lanes.backlog.after).toBe(200);
});

test('what is not confirmed is sent again, each time later', () => {
  const window = new Window({ confirmWithinMs: 1000 });
  fill(window, 5);
  const times = [];
  for (let nowMs = 0; nowMs <= 100_000; nowMs += 100) if (window.overdue(nowMs).length > 0) times.push(nowMs);
  expect(times).toEqual([1000, 3000, 7000, 15_000, 31_000, 61_000, 91_000]);
});

test('every entry is sent until it is confirmed, and never more batches are on their way than agreed', () => {
  const event = fc.oneof(fc.constant('arrive'), fc.constant('confirm'), fc.constant('reopen'));
  fc.assert(fc.property(fc.array(event, { maxLength: 100 }), (events) => {
    const window = new Window({ confirmWithinMs: 1000 });
    const waiting = new Set<number>();
    let newest = 0;
    const confirmOne = () => {
      const flight = window.flights.values().next().value;
      if (!flight) return;
      window.confirmed(flight.first, flight.last);
      for (let id = flight.first; id <= flight.last; id++) waiting.delete(id);
    };
    for (const it of events) {
      if (it === 'arrive') for (let i = 0; i < 7; i++) waiting.add(newest += 1);
      if (it === 'confirm') confirmOne();
      if (it === 'reopen') window.reopen(newest);
      fill(window, newest);
      expect(window.flights.size).toBeLessThanOrEqual(6);
    }
    while (window.flights.size > 0) {
      confirmOne();
      fill(window, newest);
    }
    expect(waiting.size).toBe(0);
  }));
});
