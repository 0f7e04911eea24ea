import { expect, test, vi } from 'vitest';
import { startRunClock } from '../run-clock.ts';
import { Heartbeat } from './heartbeat.ts';

test('what comes in after a stall may have been sent before it, for as long as it takes to catch up', async () => {
  const clock = startRunClock();
  const heartbeat = new Heartbeat(clock);
  try {
    await vi.waitFor(() => expect(heartbeat.idleMicros()).toBeGreaterThan(20_000));
    const before = clock.nowMicros();
    while (clock.nowMicros() < before + 400_000);
    const after = clock.nowMicros();
    // Many beats later, and yet before it has caught up.
    await vi.waitFor(() => expect(clock.nowMicros()).toBeGreaterThan(after + 100_000), { interval: 5 });
    expect(heartbeat.idleMicros()).toBeLessThanOrEqual(before);
    await vi.waitFor(() => expect(heartbeat.idleMicros()).toBeGreaterThan(after), { timeout: 5000 });
  } finally {
    heartbeat.stop();
  }
});
