import { expect, test } from 'vitest';
import type { Offer } from '../history/history.ts';
import { judge } from './judge.ts';
import { goodStory, historyOf, type Story } from './testing/story.ts';
import { verdictsOf } from './testing/verdicts.ts';
import { gapsOf, remove } from './testing/victims-of.ts';

const OPTIONS = { devices: 2, firstN: 1, outageMicros: 4_000_000, cutMicros: 1_500_000, firstOutageMicros: 2_000_000, random: () => 0.6 };

function without(offer: Offer, claimed: Story['meta']['terms']['claimed'] = []): Story {
  const story = goodStory(OPTIONS);
  story.meta.terms.offers[offer] = false;
  story.meta.terms.claimed = claimed;
  if (offer === 'gaps') for (const gap of gapsOf(story)) remove(story.events, gap);
  for (const event of story.events) if (event.kind === 'health' && (offer === 'health' || offer === 'layer')) event.layer = undefined;
  return story;
}

test.each<[Offer, untested: string[]]>([
  ['gaps', ['gaps-declared', 'gaps-true']],
  ['health', ['stale-shown', 'layer-named']],
  ['layer', ['layer-named']],
  ['stamps', ['true-time']],
])('without %s, %j are not tested, and nothing else changes', (offer, untested) => {
  const { guarantees } = judge(historyOf(without(offer)));
  // Without times, order is that of the outlet, where live data goes ahead of the backlog.
  const others = guarantees.filter(({ guarantee }) => offer !== 'stamps' || guarantee.id !== 'in-order');
  expect(others.filter((it) => it.verdict !== 'held').map((it) => [it.guarantee.id, it.verdict])).toEqual(untested.map((id) => [id, 'not-tested']));
  for (const { finding } of guarantees.filter((it) => it.verdict === 'not-tested')) expect(finding.fix).toContain('pipeline.yaml');
});

test.each<[Offer, claim: 'gap-after' | 'stale-within' | 'time-within', id: string]>([
  ['gaps', 'gap-after', 'gaps-declared'],
  ['health', 'stale-within', 'stale-shown'],
  ['stamps', 'time-within', 'true-time'],
])('without %s, the claim %s breaks %s, and says why', (offer, claim, id) => {
  const { reason, verdict } = judge(historyOf(without(offer, [claim]))).guarantees.find(({ guarantee }) => guarantee.id === id)!;
  expect([verdict, reason]).toEqual(['broken', expect.stringContaining(`claims ${claim}`)]);
});

test('a claim to declare gaps breaks nothing where there was none to declare', () => {
  const story = without('gaps', ['gap-after']);
  story.meta.terms.claims['gap-after'] = 60_000;
  expect(verdictsOf(story)['gaps-declared']).toBe('not-tested');
});
