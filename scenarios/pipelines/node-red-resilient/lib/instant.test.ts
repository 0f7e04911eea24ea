import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const { InstantFinder } = createRequire(import.meta.url)('./instant.cjs');

/** A machine that booted at `bootMicros` answers a question asked at `askedMicros`. */
const read = (bootMicros: number, askedMicros: number, there: number, back: number) => {
  const latchedMicros = askedMicros + there;
  return { latchedMicros, askedMicros, answeredMicros: latchedMicros + back, uptimeMs: Math.floor((latchedMicros - bootMicros) / 1000) };
};

test('the instant is never further off than it admits, over slow answers and reboots of the machine', () => {
  const delays = fc.record({ there: fc.nat(900_000), back: fc.nat(900_000), reboot: fc.integer({ min: 0, max: 19 }) });
  fc.assert(fc.property(fc.array(delays, { minLength: 1, maxLength: 40 }), (all) => {
    const finder = new InstantFinder();
    let [askedMicros, bootMicros] = [10_000_000, 0];
    for (const { there, back, reboot } of all) {
      if (reboot === 0) bootMicros = askedMicros - 1;
      const reading = read(bootMicros, askedMicros, there, back);
      const { atMicros, errorMicros } = finder.locate(reading);
      // A reboot inside the uncertainty of the last boot cannot be told apart; the answer still bounds it.
      const admitted = reboot === 0 ? Math.max(errorMicros, there + back) : errorMicros;
      if (bootMicros === 0) expect(Math.abs(atMicros - reading.latchedMicros)).toBeLessThanOrEqual(admitted + 1);
      expect(atMicros).toBeGreaterThanOrEqual(reading.askedMicros);
      expect(atMicros).toBeLessThanOrEqual(reading.answeredMicros);
      askedMicros = reading.answeredMicros + 1;
    }
  }));
});

test('after one quick answer, a slow one is placed to the millisecond', () => {
  const finder = new InstantFinder();
  finder.locate(read(0, 10_000_000, 300, 300));
  const slow = read(0, 10_100_000, 500, 800_000);
  const { atMicros, errorMicros } = finder.locate(slow);
  expect(Math.abs(atMicros - slow.latchedMicros)).toBeLessThan(2000);
  expect(errorMicros).toBeLessThan(2000);
});

test('with the last reading before a crash, the first one after it is placed as well as drift over the time off allows', () => {
  const drift = fc.double({ min: -150e-6, max: 150e-6, noNaN: true });
  fc.assert(fc.property(fc.nat(40_000), fc.integer({ min: 1_000_000, max: 3_600_000_000 }), fc.nat(900_000), fc.nat(900_000), drift, (quick, offMicros, there, back, ppm) => {
    const before = read(0, 10_000_000, quick, quick); // its uptime counts from our instant 0
    const last = { ...new InstantFinder().locate(before), uptimeMs: before.uptimeMs };
    const slow = read(0, 10_000_000 + offMicros, there, back);
    slow.uptimeMs = Math.floor((before.latchedMicros + (slow.latchedMicros - before.latchedMicros) * (1 + ppm)) / 1000);
    const { atMicros, errorMicros } = new InstantFinder(last).locate(slow);
    expect(Math.abs(atMicros - slow.latchedMicros)).toBeLessThanOrEqual(errorMicros + 1);
    expect(errorMicros).toBeLessThanOrEqual(Math.ceil(quick + 2000 + (offMicros + there + back) * 200e-6));
  }));
});
