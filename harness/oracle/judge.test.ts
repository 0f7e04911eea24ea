import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GUARANTEES } from './guarantees/registry.ts';
import { judge } from './judge.ts';
import { toResult } from './result.ts';
import { anyGoodStory } from './testing/arbitrary-story.ts';
import { DEFECTS } from './testing/defects.ts';
import { historyOf, momentsOf } from './testing/story.ts';
import { verdictsOf } from './testing/verdicts.ts';
import { declareGap, remove, rowsMade } from './testing/victims-of.ts';

test('a run that kept every promise is held on all of them, whichever of the readings in flight arrived', () => {
  fc.assert(
    fc.property(anyGoodStory, ({ story }) => {
      const { guarantees, verdict } = judge(historyOf(story));
      expect(guarantees.filter((it) => it.verdict !== 'held').map((it) => `${it.guarantee.id}: ${it.reason}`)).toEqual([]);
      expect(verdict).toBe('held');
    }),
  );
});

test('broken stays broken, and held becomes inconclusive, when a planned fault has no proof', () => {
  fc.assert(
    fc.property(anyGoodStory, fc.nat(), fc.boolean(), ({ story, options }, choice, failed) => {
      const bite = story.events.findLastIndex((event) => event.kind === 'fault' && event.action === 'bit');
      if (failed) Object.assign(story.events[bite]!, { action: 'failed', detail: 'no such process' });
      else story.events.splice(bite, 1);
      const { verdict, troubles } = judge(historyOf(story));
      expect(verdict).toBe('inconclusive');
      expect(troubles.join()).toContain('3-power-cut-gateway');
      expect(Object.values(verdictsOf(story))).not.toContain('held');
      DEFECTS['a value is altered in its last bit']!.inject(story, (from) => from[choice % from.length]!, options);
      expect(judge(historyOf(story)).verdict).toBe('broken');
    }),
    { numRuns: 20 },
  );
});

test('a run that never finished is inconclusive, whatever it shows', () => {
  fc.assert(
    fc.property(anyGoodStory, fc.boolean(), ({ story }, noWindow) => {
      story.events = story.events.filter((event) => (noWindow ? event.kind !== 'window' : !(event.kind === 'phase' && event.phase === 'judge')));
      story.deliveries = [];
      const { verdict, troubles } = judge(historyOf(story));
      expect([verdict, troubles[0]]).toEqual(['inconclusive', expect.stringContaining('never finished')]);
    }),
    { numRuns: 10 },
  );
});

test('an outlet that cannot be read shows no loss, and hides no node that is down', () => {
  fc.assert(
    fc.property(anyGoodStory, fc.boolean(), ({ story, options }, down) => {
      story.deliveries = [];
      story.events.splice(-1, 0, { kind: 'outlet-unreadable', atMicros: 60_000_000, why: 'connect ECONNREFUSED' });
      if (down) DEFECTS['a node does not serve at the end']!.inject(story, (from) => from[0]!, options);
      expect(judge(historyOf(story)).verdict).toBe(down ? 'broken' : 'inconclusive');
      expect(verdictsOf(story)).toMatchObject({ 'no-loss': 'inconclusive', 'returns-unaided': down ? 'broken' : 'inconclusive' });
    }),
    { numRuns: 10 },
  );
});

test('a device that counts from the start again makes a run inconclusive, and hides no node that is down', () => {
  fc.assert(
    fc.property(anyGoodStory, fc.boolean(), ({ story, options }, down) => {
      const { secondFrom } = momentsOf(options);
      const made = story.readings.filter(({ device, atMicros }) => device === 'machine-1' && atMicros < secondFrom).length;
      const restarted = (row: { device: string; n: number }) => row.device === 'machine-1' && row.n >= options.firstN + made && row.n < 4_294_000_000;
      for (const row of [...story.readings, ...story.deliveries]) if (restarted(row)) row.n -= made;
      if (down) DEFECTS['a node does not serve at the end']!.inject(story, (from) => from[0]!, options);
      const history = historyOf(story);
      const { verdict, sentence } = toResult(history, judge(history));
      expect(verdict).toBe(down ? 'broken' : 'inconclusive');
      if (!down) expect(sentence).toContain(`machine-1 counts from ${options.firstN} again`);
      expect(verdictsOf(story)).toMatchObject({ 'no-loss': 'inconclusive', 'returns-unaided': down ? 'broken' : 'inconclusive' });
    }),
    { numRuns: 10 },
  );
});

test('what nothing could have broken is not tested, and inconclusive where the scenario is made for it', () => {
  fc.assert(
    fc.property(anyGoodStory, ({ story }) => {
      story.events = story.events.filter(({ kind }) => kind !== 'gap');
      story.meta.terms.claims['gap-after'] = 60_000;
      expect(verdictsOf(story)).toMatchObject({ 'no-loss': 'held', 'gaps-declared': 'not-tested', 'gaps-true': 'not-tested' });
      story.meta.terms.exercises = ['gaps-declared'];
      expect(verdictsOf(story)).toMatchObject({ 'gaps-declared': 'inconclusive', 'gaps-true': 'not-tested' });
      expect(judge(historyOf(story)).verdict).toBe('inconclusive');
    }),
    { numRuns: 10 },
  );
});

test('no free pass for a pipeline that calls most of its stamps uncertain', () => {
  fc.assert(
    fc.property(anyGoodStory, ({ story }) => {
      for (const row of story.deliveries) Object.assign(row, { uncertain: row.n % 3 > 0, stampMicros: row.stampMicros });
      expect(verdictsOf(story)['true-time']).toBe('not-tested');
    }),
    { numRuns: 10 },
  );
});

test('loss beyond what the claims promise breaks nothing, once it is declared', () => {
  fc.assert(
    fc.property(anyGoodStory, ({ story, options }) => {
      const { firstFrom, firstTo } = momentsOf(options);
      const lost = rowsMade(story, firstFrom + 1_700_000, firstTo).filter(({ device }) => device === 'machine-1');
      for (const row of lost) remove(story.deliveries, row);
      if (lost.length > 0) declareGap(story, 'machine-1', firstFrom + 1_700_000, firstTo);
      expect(verdictsOf(story)).toMatchObject({ 'no-loss': 'held', capacity: 'held', 'gaps-declared': 'held', 'gaps-true': 'held' });
    }),
    { numRuns: 30 },
  );
});

test('a checker that throws is an error of its own promise, and costs no other its verdict', () => {
  fc.assert(
    fc.property(anyGoodStory, fc.nat(), fc.boolean(), ({ story, options }, choice, alsoBroken) => {
      const failing = GUARANTEES[choice % GUARANTEES.length]!;
      const guarantees = GUARANTEES.map((it) => (it === failing ? { ...it, check: () => { throw new Error('row 7 is missing'); } } : it));
      if (alsoBroken) DEFECTS['a row is doubled']!.inject(story, (from) => from[0]!, options);
      const history = historyOf(story);
      const judgement = judge(history, guarantees);
      const broken = alsoBroken && failing.id !== 'no-duplicates';
      for (const { guarantee, verdict } of judgement.guarantees) {
        expect([guarantee.id, verdict]).toEqual([guarantee.id, guarantee.id === failing.id ? 'error' : alsoBroken && guarantee.id === 'no-duplicates' ? 'broken' : 'held']);
      }
      const { verdict, sentence, guarantees: results } = toResult(history, judgement);
      expect(verdict).toBe(broken ? 'broken' : 'error');
      expect(results.find(({ id }) => id === failing.id)!.reason).toContain('row 7 is missing');
      if (!broken) expect(sentence).toContain(failing.id);
    }),
    { numRuns: 25 },
  );
});
