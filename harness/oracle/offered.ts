import type { Claims } from '../../scenarios/schema/pipeline.ts';
import type { Offer } from '../history/history.ts';
import type { Account } from './account.ts';
import { broken, unavailable } from './finding.ts';
import type { Finding, Guarantee, Need } from './guarantee.ts';
import { Victims } from './victims.ts';

/** What is missing where something is not offered, and what would offer it. */
const OFFERS: Record<Offer, { missing: string; fix: string }> = {
  gaps: { missing: 'has no way to declare a gap', fix: 'Add outlet.gaps to pipeline.yaml: where the pipeline lists the times it has no data for' },
  health: { missing: 'says nothing about its health', fix: 'Add outlet.health to pipeline.yaml: a URL that answers with its status' },
  layer: { missing: 'names no layer in what it says about its health', fix: 'Add outlet.health.fields.layer to pipeline.yaml: which layer has failed' },
  stamps: { missing: 'gives no time of its own', fix: "Add outlet.readings.fields.time to pipeline.yaml: the pipeline's own time of a reading" },
  uncertainty: { missing: 'never marks a time as uncertain', fix: 'Add outlet.readings.fields.uncertain to pipeline.yaml' },
};

/**
 * What follows for a guarantee from what the outlet does not offer; undefined if its checker is to be asked. The one
 * place that decides it: what is not offered is not tested, and what is claimed without an offer is broken.
 */
export function withoutOffer({ terms, timeline }: Account, { needs = [] }: Guarantee): Finding | undefined {
  const need = needs.find(({ offer }) => !terms.offers[offer]);
  if (!need) return undefined;
  const { missing, fix } = OFFERS[need.offer];
  if (!isClaimed(terms.claimed, need)) return unavailable(`The pipeline ${missing}`, fix);
  if (need.judgedWithout) return undefined;
  const victims = new Victims();
  const { fromMicros } = timeline.window;
  victims.add(fromMicros, () => ({ atMicros: fromMicros, what: `nobody at the outlet can see that the claim ${need.promisedBy} is kept` }));
  return broken(`The pipeline claims ${need.promisedBy}, and ${missing}`, {}, victims);
}

function isClaimed(claimed: readonly (keyof Claims)[], { promisedBy }: Need): boolean {
  return promisedBy !== undefined && claimed.includes(promisedBy);
}
