import type { HistoryEvent, Layer } from '../../../simulator/recorder.ts';
import type { PlannedFault } from '../../../scenarios/schema/scenario.ts';
import type { HistoryMeta } from '../../history/history.ts';
import type { Account } from '../account.ts';
import { overrun, type Doubts } from '../doubts.ts';
import { answeredShare } from '../evidence-share.ts';
import { broken, held, vacuous } from '../finding.ts';
import { staleWithinMs } from '../freshness.ts';
import type { Guarantee } from '../guarantee.ts';
import { mergeIntervals } from '../intervals.ts';
import { stallFelt } from '../stalls.ts';
import { Victims } from '../victims.ts';
import { count, duration } from '../words.ts';

/**
 * What a pipeline may rightly name. Two failures that look the same from where they are seen share their names: a box
 * without power and a dead network, a dead hop to a machine and a dead machine, a platform that has lost its broker and a
 * broker that is gone, a hop on which somebody hangs up and the death of the process behind it. Only a hop that is silent both
 * ways looks like nothing else.
 */
const RIGHT: Record<string, readonly Layer[]> = {
  silentLink: ['network'],
  link: ['network', 'gateway'],
  platformLink: ['network', 'platform'],
  fieldLink: ['network', 'device'],
  device: ['device'],
  power: ['gateway', 'platform', 'network'],
  process: ['gateway', 'platform', 'network'],
  disk: ['gateway', 'platform'],
  broker: ['platform', 'network'],
  service: ['platform', 'network'],
  access: ['platform', 'network', 'gateway'],
};

export const layerNamed: Guarantee = {
  id: 'layer-named',
  promise: 'It says what broke',
  definition:
    'From the first failure on, every layer that the pipeline names as failed (device, network, platform, gateway) is that of a failure in force, or of one that began earlier in the same spell: ' +
    'failures less than `recovers-within` apart, since what is known of the first may travel over a hop that fails next; ' +
    'a hop that is not silent both ways may be named as the gateway behind it, for whoever hangs up looks gone, and a hop inside the platform as the platform; ' +
    'and a failure that is alone in its spell, and in which data becomes older than the claim `stale-within` (10 s, if left out), has its layer named at least once, at the latest when it is over. Failures of a clock have no layer.',
  evidence: 'At least half of the times that it was asked while data was stale it answered; not counted are those while a failure of power, process or disk was in force, and until `recovers-within` after it.',
  needs: [{ offer: 'health' }, { offer: 'layer' }],
  cause: 'Every error is reported as "connection lost", or the first component that notices blames its neighbour: an unreachable broker is shown as a broken machine, and a technician drives out for nothing.',
  fix: 'Let every hop report its own last contact with the next one, and name the failed layer where the chain of fresh contacts ends.',
  timed: true,
  check,
};

type Health = Extract<HistoryEvent, { kind: 'health' }>;

function check(account: Account, doubts: Doubts) {
  const { history, terms, timeline } = account;
  const { window, firstFaultMicros } = timeline;
  if (firstFaultMicros === undefined) return vacuous('No failure was applied, so there was nothing to name');
  const said = history.events.filter((event): event is Health => event.kind === 'health').filter(({ atMicros }) => atMicros >= firstFaultMicros && atMicros <= window.toMicros);
  const spells = spellsOf(account);

  const victims = new Victims();
  const named = said.filter(({ layer, status }) => layer !== undefined && status !== 'ok');
  for (const { atMicros, node, layer } of named) {
    const begun = spells.find((spell) => spell.fromMicros <= atMicros && atMicros <= spell.toMicros)?.faults.filter(({ fromMicros }) => fromMicros <= atMicros) ?? [];
    if (begun.some(({ right }) => right.includes(layer!)) || doubts.add(stallFelt(account.stalls, atMicros, atMicros))) continue;
    victims.add(atMicros, () => ({ atMicros, what: `${node} blames the ${layer}; failed ${begun.length ? `had ${begun.map(({ id }) => id).join(', ')}` : 'had nothing'}` }));
  }
  const wrong = victims.total;
  const { staleWhenAsked } = account.sight();
  const saidWhileStale = said.filter(({ atMicros }) => staleWhenAsked.has(atMicros));
  for (const fault of spells.filter((spell) => isUnnamed(spell, said, saidWhileStale)).map(({ faults }) => faults[0]!)) {
    if (doubts.add(overrun(account.stalls, fault.fromMicros, fault.fromMicros + staleWithinMs(terms) * 1000, fault.toMicros))) continue;
    victims.add(fault.fromMicros, () => ({ atMicros: fault.fromMicros, toMicros: fault.toMicros, what: `${fault.id} lasted ${duration(fault.toMicros - fault.fromMicros)}, and its layer was never named` }));
  }
  const numbers = { statementsWithLayer: named.length, wrongStatements: wrong, unnamedFailures: victims.total - wrong };
  if (victims.total > 0) return broken(`${count(wrong, 'statement')} of ${named.length} name the wrong layer, ${count(victims.total - wrong, 'failure')} never had its layer named; first: ${victims.oldest[0]!.what}`, numbers, victims);
  if (named.length === 0) return vacuous(`The pipeline named no layer, and it was never asked while data was older than ${duration(staleWithinMs(terms) * 1000)}`, numbers);
  return held(`${count(named.length, 'statement')} ${named.length === 1 ? 'names' : 'name'} the layer that had failed`, numbers, answeredShare(account, saidWhileStale.length));
}

interface Failure {
  id: string;
  fromMicros: number;
  toMicros: number;
  right: readonly Layer[];
}

interface Spell {
  fromMicros: number;
  toMicros: number;
  faults: Failure[];
}

/** Failures with a layer, in spells that end `recovers-within` after their last one. */
function spellsOf({ history, terms, timeline }: Account): Spell[] {
  const faults = timeline.faults.flatMap(({ planned, fromMicros, toMicros }): Failure[] => {
    const { id } = planned;
    const right = RIGHT[sortOf(planned, history.meta.pipeline)];
    return right && fromMicros !== undefined ? [{ id, fromMicros, toMicros, right }] : [];
  });
  const spells = mergeIntervals(faults.map(({ fromMicros, toMicros }) => ({ fromMicros, toMicros: toMicros + terms.claims['recovers-within'] * 1000 })));
  return Array.from({ length: spells.length / 2 }, (_, i) => {
    const [from, to] = [spells[2 * i]!, spells[2 * i + 1]!];
    return { fromMicros: from, toMicros: to, faults: faults.filter(({ fromMicros }) => from <= fromMicros && fromMicros <= to) };
  });
}

function sortOf({ kind, family, target, params }: PlannedFault, { fieldLinks = [], platformLinks = [] }: HistoryMeta['pipeline']): string {
  if (family !== 'link') return family;
  if (fieldLinks.includes(target)) return 'fieldLink';
  if (platformLinks.includes(target)) return 'platformLink';
  return kind === 'blackhole' && (params.direction ?? 'both') === 'both' ? 'silentLink' : 'link';
}

/** One failure alone: the pipeline was asked while data was stale because of it, and never named its layer in all of the spell. */
function isUnnamed({ fromMicros, toMicros, faults }: Spell, said: Health[], saidWhileStale: Health[]): boolean {
  if (faults.length !== 1) return false;
  const [failure] = faults as [Failure];
  const wasAsked = saidWhileStale.some(({ atMicros }) => atMicros >= failure.fromMicros && atMicros <= failure.toMicros);
  return wasAsked && !said.some(({ atMicros, layer }) => atMicros >= fromMicros && atMicros <= toMicros && layer !== undefined && failure.right.includes(layer));
}
