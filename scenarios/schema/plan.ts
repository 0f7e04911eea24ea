import type { FaultKind } from '../../simulator/faults/fault.ts';
import { faultKind } from '../../simulator/faults/registry.ts';
import { randomStream } from '../../simulator/random.ts';
import { explainAll, oneOf, show } from './check-shape.ts';
import type { LoadedPipeline, LoadedScenario } from './load.ts';
import { nearestWord } from './nearest.ts';
import type { ProblemText, YamlFile } from './parse-yaml.ts';
import type { Pipeline } from './pipeline.ts';
import { asksForTime } from './pipeline-variables.ts';
import { refuse } from './problem.ts';
import type { FileProblem } from './problem.ts';
import type { PlannedFault, ScenarioFault } from './scenario.ts';

/**
 * The faults of a scenario as they will happen to this pipeline, in the order of the file: each begins up to `jitter`
 * earlier or later (never before the end of the baseline), drawn from the seed and from nothing else.
 * Throws FileProblems if a fault has no target in this pipeline.
 */
export function planFaults(
  { scenario, yaml }: Pick<LoadedScenario, 'scenario' | 'yaml'>,
  { pipeline }: Pick<LoadedPipeline, 'pipeline'>,
  seed: number,
): PlannedFault[] {
  refuse(scenario.faults.flatMap((fault, index) => [...targetProblems(fault, index, pipeline, yaml), ...momentProblems(fault, index, pipeline, yaml)]));
  return scenario.faults.map((fault, index) => plan(fault, index, scenario.jitter, seed));
}

function plan(fault: ScenarioFault, index: number, jitterMs: number, seed: number): PlannedFault {
  const { kind, family, params } = kindOf(fault);
  const id = `${index + 1}-${kind}-${fault.target}`;
  const shiftMs = Math.round((randomStream(seed, `jitter ${id}`)() * 2 - 1) * jitterMs);
  return {
    id, kind, family, target: fault.target,
    ...(typeof fault.at === 'number' ? { atMs: Math.max(0, fault.at + shiftMs) } : { atMs: 0, after: fault.at }),
    forMs: fault.for,
    params: params.parse(paramsOf(fault)),
    written: paramsOf(fault),
  };
}

/** Each fault's parameters against its kind's own schema, which may ask for more than a file's schema can. */
export function parameterProblems(faults: ScenarioFault[], yaml: YamlFile): FileProblem[] {
  return faults.flatMap((fault, index) => {
    const { params } = kindOf(fault);
    const result = params.safeParse(paramsOf(fault));
    return result.success ? [] : explainAll(result.error, params, yaml, ['faults', index]);
  });
}

function targetProblems(fault: ScenarioFault, index: number, pipeline: Pipeline, yaml: YamlFile): FileProblem[] {
  const { kind, target: sort } = kindOf(fault);
  const targets = {
    link: Object.keys(pipeline.links),
    node: Object.keys(pipeline.nodes),
    broker: pipeline.broker ? ['broker'] : [],
    'time-server': asksForTime(pipeline) ? ['time-server'] : [],
  };
  const suitable = targets[sort];
  if (suitable.includes(fault.target)) return [];
  const other = (Object.keys(targets) as (keyof typeof targets)[]).find((it) => targets[it].includes(fault.target));
  if (sort === 'time-server' && suitable.length === 0) {
    return [yaml.problem(['faults', index, 'target'], 'value', { message: `the pipeline ${pipeline.name} asks no time server of ours`, expected: 'a node that is given ${time-server.host} and ${time-server.port}' })];
  }
  return [
    yaml.problem(['faults', index, 'target'], 'value', {
      message: other ? `${show(fault.target)} is a ${other}, and ${kind} happens to a ${sort}` : `the pipeline ${pipeline.name} has no ${sort} ${show(fault.target)}`,
      expected: oneOf(suitable),
      nearest: nearestWord(fault.target, suitable),
    }),
  ];
}

/** A point of progress is counted on a link where MQTT is spoken, and from the end of a fault that stands before it. */
function momentProblems({ at }: ScenarioFault, index: number, { links }: Pipeline, yaml: YamlFile): FileProblem[] {
  if (typeof at === 'number') return [];
  const problem = (text: ProblemText) => [yaml.problem(['faults', index, 'at'], 'value', text)];
  const suitable = Object.keys(links).filter((link) => links[link]!.to === 'broker' || links[link]!.protocol === 'mqtt');
  if (at.on !== undefined && !suitable.includes(at.on)) {
    return problem({ message: `no packets of MQTT can be counted on ${show(at.on)}`, expected: oneOf(suitable), nearest: nearestWord(at.on, suitable) });
  }
  if (at.since !== undefined && at.since > index) {
    return problem({ message: `fault ${at.since} does not stand before this one, which is fault ${index + 1}` });
  }
  return [];
}

function kindOf({ fault }: ScenarioFault): FaultKind {
  const kind = faultKind(fault);
  if (!kind) throw new RangeError(`There is no fault ${fault}`);
  return kind;
}

function paramsOf({ fault: _fault, target: _target, at: _at, for: _for, ...params }: ScenarioFault): Record<string, unknown> {
  return params;
}
