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

  test('when harness and guardian are killed, doctor --clean ends what they had started', async ({ expect }) => {
    using place = new UserPlace().withOwnPipeline();
    await place.brownout(['run', 'pipeline.yaml', 'outage.yaml'], (seen, child) => {
      if (!seen.includes(' s  failures')) return;
      for (const line of place.leftovers()) {
        const guardian = /^process (\d+): .*guardian-process/.exec(line);
        if (guardian) process.kill(Number(guardian[1]), 'SIGKILL');
      }
      child.kill('SIGKILL');
    });
    expect(place.leftovers()).not.toEqual([]);
    const { code, stderr } = await place.brownout(['doctor', '--clean']);
    expect(stderr).toMatch(/ended process \d+/);
    expect(stderr).toMatch(/removed .*brownout-run-/);
    expect(code).toBe(0);
    await expect.poll(() => place.leftovers(), { timeout: 5000 }).toEqual([]);
  });
});
