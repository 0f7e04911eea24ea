import type { HistoryEvent, Layer } from '../../../simulator/recorder.ts';
import type { Account } from '../account.ts';
import { broken, held, unavailable, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import type { FaultWindow } from '../timeline.ts';
import { Victims } from '../victims.ts';
import { count, duration } from '../words.ts';

const DEFAULT_WITHIN_MS = 10_000;

/** What a pipeline may rightly name. From the far end a box without power looks like a dead network. */
const RIGHT: Record<string, readonly Layer[]> = {
  link: ['network'],
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
    'From the first failure on, every layer that the pipeline names as failed (device, network, platform, gateway) is that of a failure in force, or of one that ended less than `recovers-within` ago; ' +
    'and a failure that lasts longer than the claim `stale-within` (10 s, if left out) has its layer named at least once while it lasts. Failures of a clock have no layer.',
  cause: 'Every error is reported as "connection lost", or the first component that notices blames its neighbour: an unreachable broker is shown as a broken machine, and a technician drives out for nothing.',
  fix: 'Let every hop report its own last contact with the next one, and name the failed layer where the chain of fresh contacts ends.',
  withoutOutlet: true,
  check,
};

type Health = Extract<HistoryEvent, { kind: 'health' }>;

function check({ history, terms, timeline }: Account) {
  if (!terms.offers.health) return unavailable('The pipeline says nothing about its health', 'Add outlet.health to pipeline.yaml, with fields.layer: which layer has failed');
  const { window, firstFaultMicros } = timeline;
  if (firstFaultMicros === undefined) return vacuous('No failure was applied, so there was nothing to name');
  const said = history.events.filter((event): event is Health => event.kind === 'health').filter(({ atMicros }) => atMicros >= firstFaultMicros && atMicros <= window.toMicros);
  const faults = timeline.faults.filter(({ planned, fromMicros }) => planned.family in RIGHT && fromMicros !== undefined) as Applied[];

  const victims = new Victims();
  const named = said.filter(({ layer, status }) => layer !== undefined && status !== 'ok');
  for (const { atMicros, node, layer } of named) {
    const inForce = faults.filter(({ fromMicros, toMicros }) => fromMicros <= atMicros && atMicros <= toMicros + terms.claims['recovers-within'] * 1000);
    if (inForce.some(({ planned }) => RIGHT[planned.family]!.includes(layer!))) continue;
    victims.add(atMicros, () => ({ atMicros, what: `${node} blames the ${layer}; failed ${inForce.length ? `were ${inForce.map(({ planned }) => planned.id).join(', ')}` : 'was nothing'}` }));
  }
  const wrong = victims.total;
  const withinMicros = (terms.claims['stale-within'] ?? DEFAULT_WITHIN_MS) * 1000;
  for (const fault of faults) if (isUnnamed(fault, said, withinMicros)) {
    victims.add(fault.fromMicros, () => ({ atMicros: fault.fromMicros, what: `${fault.planned.id} lasted ${duration(fault.toMicros - fault.fromMicros)}, and its layer was never named` }));
  }
  const numbers = { statementsWithLayer: named.length, wrongStatements: wrong, unnamedFailures: victims.total - wrong };
  if (victims.total > 0) return broken(`${count(wrong, 'statement')} of ${named.length} name the wrong layer, ${count(victims.total - wrong, 'failure')} never had its layer named; first: ${victims.oldest[0]!.what}`, numbers, victims);
  if (named.length === 0) return vacuous(`The pipeline named no layer, and no failure lasted longer than ${duration(withinMicros)} while it was asked`, numbers);
  return held(`${count(named.length, 'statement')} ${named.length === 1 ? 'names' : 'name'} the layer that had failed`, numbers);
}

type Applied = FaultWindow & { fromMicros: number };

/** It was asked when the failure had lasted long enough, and never named the failure's layer until it ended. */
function isUnnamed({ planned, fromMicros, toMicros }: Applied, said: Health[], withinMicros: number): boolean {
  const during = said.filter(({ atMicros }) => atMicros >= fromMicros && atMicros <= toMicros);
  const asked = during.some(({ atMicros }) => atMicros > fromMicros + withinMicros);
  return asked && !during.some(({ layer }) => layer !== undefined && RIGHT[planned.family]!.includes(layer));
}
