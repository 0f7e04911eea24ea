import { expect, vi } from 'vitest';
import { startPlant } from '../devices/plant.ts';
import type { Watermark } from '../devices/register-map.ts';
import { openLink } from '../links/link.ts';
import { startRunClock } from '../run-clock.ts';
import type { RunClock } from '../run-clock.ts';
import { MemoryRecorder } from './memory-recorder.ts';
import { modbusClient } from './modbus-client.ts';

/** Time that passes only when a test lets it, and with it the beats of `setInterval`: how fast this machine is today decides nothing. */
export function standingClock() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let nowMs = 0;
  return {
    wallAnchorMicros: 0,
    monotonicAnchorMicros: 0,
    nowMicros: () => nowMs * 1000,
    passes(ms: number) {
      for (const endMs = nowMs + ms; nowMs < endMs; nowMs++) vi.advanceTimersByTime(1);
    },
    [Symbol.dispose]: () => void vi.useRealTimers(),
  };
}

/** One real machine behind a real link, and what is on record about its readings. */
export async function polled({ clock = startRunClock() as RunClock, watermark = 'registers' as Watermark, pollTimeoutMs = undefined as number | undefined } = {}) {
  await using resources = new AsyncDisposableStack();
  const recorder = new MemoryRecorder();
  const plant = resources.use(await startPlant({ machines: 1, seed: 1, watermark, pollTimeoutMs, clock, recorder }));
  const observer = plant.handover.observe('field');
  const link = resources.use(await openLink({ name: 'field', targets: plant.machines, clock, observer }));
  const running = resources.move();
  const dispose = () => running.disposeAsync();
  return {
    plant,
    recorder,
    link,
    /** How many readings are on record as acknowledged so far. */
    get acknowledged() {
      return recorder.readings.filter(({ handover }) => handover === 'acknowledged').length;
    },
    client: async (timeoutMs?: number) => modbusClient(link.ports[0]!, timeoutMs),
    /** The numbers of all readings by what became of them, once the run is over. */
    async settled() {
      await dispose();
      const of = (handover: string) => recorder.readings.filter((reading) => reading.handover === handover).map(({ n }) => n);
      expect(recorder.readings.map(({ n }) => n)).toEqual(recorder.readings.map((_, index) => index + 1));
      return { acknowledged: of('acknowledged'), indeterminate: of('indeterminate') };
    },
    [Symbol.asyncDispose]: dispose,
  };
}
