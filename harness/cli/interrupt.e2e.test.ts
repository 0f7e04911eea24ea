import { describe, test } from 'vitest';
import { UserPlace } from '../testing/brownout.ts';

/** The line that shows on standard error when the phase has begun. */
const PHASES = ['starting', 'baseline', 'failures', 'healing', 'draining', 'final read'];

describe.concurrent('Ctrl-C leaves no process, no port and no folder behind', { timeout: 60_000 }, () => {
  test.for(PHASES)('while %s', async (phase, { expect }) => {
    using place = new UserPlace().withOwnPipeline();
    let pressed = false;
    const { code, stderr } = await place.brownout(['run', 'pipeline.yaml', 'outage.yaml'], (seen, child) => {
      if (pressed || !seen.includes(` s  ${phase}`)) return;
      pressed = true;
      child.kill('SIGINT');
    });
    expect(stderr).toContain(phase);
    expect(stderr).toContain('interrupted; everything it had started is ended');
    expect(code).toBe(130);
    expect(place.leftovers()).toEqual([]);
    expect(place.entries()).not.toContain('runs');
  });

  test('when the harness itself is killed, its guardian ends what it had started', async ({ expect }) => {
    using place = new UserPlace().withOwnPipeline();
    const { code } = await place.brownout(['run', 'pipeline.yaml', 'outage.yaml'], (seen, child) => {
      if (seen.includes(' s  failures')) child.kill('SIGKILL');
    });
    expect(code).toBe(null);
    await expect.poll(() => place.leftovers(), { timeout: 5000 }).toEqual([]);
  });
});
