import { describe, test } from 'vitest';
import { UserPlace, onceSaid } from '../testing/brownout.ts';

describe.concurrent('on an older Node.js, brownout is started on the one that it brings along', { timeout: 60_000 }, () => {
  test('with its arguments, its streams and its exit code', async ({ expect }) => {
    using place = new UserPlace();
    const { code, stdout } = await place.brownout(['--version'], undefined, { olderNode: true });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
    expect(await place.brownout(['run', 'nothing.yaml'], undefined, { olderNode: true })).toMatchObject({ code: 4 });
  });

  test('a launcher that is killed takes its run with it, in good order', async ({ expect }) => {
    using place = new UserPlace().withOwnPipeline();
    const { code, stderr } = await place.brownout(['run', 'pipeline.yaml', 'outage.yaml'], onceSaid(' s  baseline', (child) => child.kill('SIGKILL')), { olderNode: true });
    expect(code).toBe(null); // of the launcher; the streams are those of both, and have ended
    expect(stderr).toContain('everything it had started is ended');
    await expect.poll(() => place.leftovers(), { timeout: 5000 }).toEqual([]);
  });
});
