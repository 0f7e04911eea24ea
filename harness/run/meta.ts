import os from 'node:os';
import path from 'node:path';
import type { RunClock } from '../../simulator/run-clock.ts';
import { toolVersion } from '../../simulator/package-root.ts';
import type { LoadedPipeline, LoadedScenario } from '../../scenarios/schema/load.ts';
import type { Pipeline } from '../../scenarios/schema/pipeline.ts';
import type { PlannedFault } from '../../scenarios/schema/scenario.ts';
import type { HistoryMeta, Terms } from '../history/history.ts';

const EXTRA_FIELDS = ['uptimeMs', 'state', 'counter', 'alarms'] as const;

/** What the judge must know of a run, written down before it starts. */
export function historyMeta(
  { loaded, scenario, seed, plan, clock }: { loaded: LoadedPipeline; scenario: LoadedScenario; seed: number; plan: PlannedFault[]; clock: RunClock },
): HistoryMeta {
  const { pipeline } = loaded;
  const { fields } = pipeline.outlet.readings;
  return {
    format: 1,
    tool: { name: 'brownout', version: toolVersion() },
    world: 'real',
    startedAt: new Date(clock.wallAnchorMicros / 1000).toISOString(),
    wallAnchorMicros: clock.wallAnchorMicros,
    seed,
    host: { os: `${os.type()} ${os.release()}`, arch: os.arch(), cpus: os.availableParallelism(), node: process.version },
    pipeline: {
      name: pipeline.name,
      description: pipeline.description,
      file: shown(loaded.file),
      sha256: loaded.sha256,
      nodes: Object.keys(pipeline.nodes),
      ...sidesOf(pipeline),
    },
    scenario: { name: scenario.scenario.name, description: scenario.scenario.description, file: shown(scenario.file), sha256: scenario.sha256 },
    plan,
    terms: {
      periodMs: pipeline.plant.period,
      watermark: pipeline.plant.watermark,
      claims: pipeline.claims,
      claimed: claimedIn(loaded.yaml.value),
      offers: {
        gaps: pipeline.outlet.gaps !== undefined,
        health: pipeline.outlet.health !== undefined,
        layer: pipeline.outlet.health?.fields.layer !== undefined,
        stamps: fields.time !== undefined,
        uncertainty: fields.uncertain !== undefined,
      },
      fields: EXTRA_FIELDS.filter((field) => fields[field] !== undefined),
      exercises: scenario.scenario.exercises,
    },
    replay: { command: `npx brownout run ${forShell(loaded.ref)} ${forShell(scenario.ref)} --seed ${seed}` },
  };
}

/** As it may be pasted into a shell, whatever is in it. */
function forShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The claims that the file writes out. It was checked, so that they are claims that there are. */
function claimedIn(file: unknown): Terms['claimed'] {
  const { claims } = file as { claims?: Terms['claims'] };
  return Object.keys(claims ?? {}) as Terms['claimed'];
}

/** Which links are at the plant, and which belong to nodes that have nothing to do with it. */
function sidesOf({ links }: Pipeline): { fieldLinks: string[]; platformLinks: string[] } {
  const pollers = new Set(Object.values(links).filter(({ to }) => to === 'plant').map(({ from }) => from));
  const names = Object.keys(links);
  return {
    fieldLinks: names.filter((name) => links[name]!.to === 'plant'),
    platformLinks: names.filter((name) => !pollers.has(links[name]!.from)),
  };
}

function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}
