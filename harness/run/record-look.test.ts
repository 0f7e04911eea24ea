import { expect, test } from 'vitest';
import { startRunClock } from '../../simulator/run-clock.ts';
import { MemoryRecorder } from '../../simulator/testing/memory-recorder.ts';
import { recordLook } from './record-look.ts';

test('a look is recorded from its beginning to its end, and one that fails with the reason', async () => {
  const clock = startRunClock();
  const recorder = new MemoryRecorder();
  const before = clock.nowMicros();
  let during = 0;
  expect(await recordLook(async () => {
    during = clock.nowMicros();
    return 'rows';
  }, recorder, clock)).toBe('rows');
  await expect(recordLook(() => Promise.reject(new Error('connect ECONNREFUSED')), recorder, clock)).rejects.toThrow('ECONNREFUSED');
  const [good, failed] = recorder.eventsOf('look');
  expect([good!.outcome, failed]).toEqual(['ok', expect.objectContaining({ outcome: 'failed', detail: 'connect ECONNREFUSED' })]);
  expect([before <= good!.fromMicros, good!.fromMicros <= during, during <= good!.atMicros, good!.atMicros <= failed!.fromMicros]).toEqual([true, true, true, true]);
});
