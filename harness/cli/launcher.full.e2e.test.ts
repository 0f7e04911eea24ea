import { describe, test } from 'vitest';
import { UserPlace, onceSaid } from '../testing/brownout.ts';

describe.concurrent('what reaches either process of a run that was started by an older Node.js reaches both', { timeout: 60_000 }, () => {
  test.for([['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const)('%s is passed on, and the run ends in good order with %d', async ([signal, exitCode], { expect }) => {
    using place = new UserPlace().withOwnPipeline();
    const { code, stderr } = await place.brownout(['run', 'pipeline.yaml', 'outage.yaml'], onceSaid(' s  baseline', (child) => child.kill(signal)), { olderNode: true });
    expect(stderr).toContain('everything it had started is ended');
    expect(code).toBe(exitCode);
    expect(place.leftovers()).toEqual([]);
  });

  test('a run that is killed gives 128 and the number of the signal', async ({ expect }) => {
    using place = new UserPlace().withOwnPipeline();
    const { code } = await place.brownout(
      ['run', 'pipeline.yaml', 'outage.yaml'],
      onceSaid(' s  baseline', () => process.kill(place.launched().at(-1)!, 'SIGKILL')),
      { olderNode: true },
    );
    expect(code).toBe(137);
    await expect.poll(() => place.leftovers(), { timeout: 5000 }).toEqual([]);
  });
});
