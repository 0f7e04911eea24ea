import type { Recorder } from '../../simulator/recorder.ts';
import type { RunClock } from '../../simulator/run-clock.ts';

/** Looks at the readings, and records from when to when and whether it worked: what could not be seen then is charged to nobody. */
export async function recordLook<T>(look: () => Promise<T>, recorder: Recorder, clock: RunClock): Promise<T> {
  const fromMicros = clock.nowMicros();
  try {
    const seen = await look();
    recorder.event({ kind: 'look', atMicros: clock.nowMicros(), fromMicros, of: 'readings', outcome: 'ok' });
    return seen;
  } catch (error) {
    recorder.event({ kind: 'look', atMicros: clock.nowMicros(), fromMicros, of: 'readings', outcome: 'failed', detail: (error as Error).message });
    throw error;
  }
}
