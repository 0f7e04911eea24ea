import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { New, ReadingsEntry } from './entries.ts';
import { Outbox } from './outbox.ts';

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ does: 'append' } as const) },
  { weight: 2, arbitrary: fc.constant({ does: 'sync' } as const) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('remove' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.constant({ does: 'power-cut' } as const) },
);

test('a power cut leaves what was synced, brings back what was removed since, and gives no number twice', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const outbox = new Outbox(2);
      let held: number[] = [];
      let onPlatter: number[] = [];
      const given = new Set<number>();
      for (const it of steps) {
        if (it.does === 'append') {
          const { seq } = outbox.append(readings());
          expect(given.has(seq)).toBe(false);
          given.add(seq);
          held.push(seq);
        } else if (it.does === 'sync') {
          outbox.synced();
          onPlatter = [...held];
        } else if (it.does === 'remove' && held.length > 0) {
          const [seq] = held.splice(it.which % held.length, 1);
          outbox.remove(seq!);
        } else if (it.does === 'power-cut') {
          outbox.losePageCache();
          held = [...onPlatter];
        }
        expect(seqsOf(outbox)).toEqual(held);
        expect(outbox.readings).toBe(2 * held.length);
        expect(outbox.oldestReadings()?.seq).toBe(held[0]);
      }
    }),
  );
});

test('after a power cut the machines were last read when the platter says', () => {
  const outbox = new Outbox(2);
  outbox.append(readings());
  outbox.synced();
  outbox.append(readings());
  expect(outbox.last.of(0)?.seq).toBe(2);
  outbox.losePageCache();
  expect(outbox.last.of(0)?.seq).toBe(1);
});

function seqsOf(outbox: Outbox): number[] {
  const seqs: number[] = [];
  for (let seq = outbox.oldestSeq; seq < outbox.nextSeq; seq++) if (outbox.get(seq)) seqs.push(seq);
  return seqs;
}

function readings(): New<ReadingsEntry> {
  const batch = { devices: Uint32Array.of(0, 1), n: Uint32Array.of(1, 1), values: Float32Array.of(1, 2), bootedAtMicros: new Float64Array(2), latchedAtMicros: 0 };
  return { kind: 'readings', batch, stamp: { boot: 0, micros: 0 }, errorMicros: 0 };
}
