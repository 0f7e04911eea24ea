import { expect, test } from 'vitest';
import { parseResult } from '../../reports/index.ts';
import { UserPlace } from '../testing/brownout.ts';

/** The pipeline is correct: whatever seems wrong with it is the doing of a harness that was stopped and went on. */
test.for([['▼', 3000], [' s  draining', 6000]] as const)(
  'a harness that is suspended at "%s" for %i ms charges nothing to the pipeline and says so', { timeout: 120_000 }, async ([moment, ms]) => {
    using place = new UserPlace().withOwnPipeline();
    let stopped = false;
    const { code, stdout, stderr } = await place.brownout(['run', 'pipeline.yaml', 'outage.yaml', '--seed', '7', '--json'], (seen, child) => {
      if (stopped || !seen.includes(moment)) return;
      stopped = true;
      child.kill('SIGSTOP');
      setTimeout(() => child.kill('SIGCONT'), ms);
    });
    const result = parseResult(stdout);
    expect(stopped).toBe(true);
    expect(result.guarantees.filter(({ verdict }) => verdict === 'broken'), stderr).toEqual([]);
    expect(result.counts.lostSilent, stderr).toBe(0);
    // After the window, only the wait for the rest was interrupted, and that is made up for.
    if (moment === '▼') {
      expect([code, result.verdict]).toEqual([2, 'inconclusive']);
      expect(result.sentence).toContain('the harness itself stood still for');
    }
    expect(place.leftovers()).toEqual([]);
  });
