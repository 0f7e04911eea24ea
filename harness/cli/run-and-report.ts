import type { LoadedPipeline, LoadedScenario } from '../../scenarios/schema/load.ts';
import type { Result } from '../../reports/index.ts';
import { isFinishedRecord } from '../history/read.ts';
import { Interrupted } from '../problem.ts';
import type { Progress } from '../run/progress.ts';
import { makeRunFolder, markLatest, removeRecord, removeRunFolder } from '../run/run-folder.ts';
import { run } from '../run/run.ts';
import { judgeAside } from './judge-aside.ts';
import { writeReports } from './reports-of.ts';

export interface RunRequest {
  loaded: LoadedPipeline;
  scenario: LoadedScenario;
  seed: number;
  runsFolder: string;
  progress: Progress;
  signal: AbortSignal;
}

/**
 * One run from its start to its reports. A run that was interrupted leaves no folder; one that failed leaves its logs. The
 * record of a run that came to its end is always kept, whatever happens after: `brownout report` can judge it.
 */
export async function runAndReport(request: RunRequest): Promise<{ result: Result; runFolder: string; notice: string | undefined }> {
  const name = `${request.loaded.pipeline.name}-${request.scenario.scenario.name}`;
  const runFolder = makeRunFolder(request.runsFolder, name);
  try {
    const historyFile = await run({ ...request, runFolder });
    const result = await judgeAside(historyFile, request.signal);
    writeReports(result, runFolder);
    return { result, runFolder, notice: markLatest(runFolder) };
  } catch (error) {
    if (!isFinishedRecord(`${runFolder}/history.sqlite`)) {
      if (error instanceof Interrupted) removeRunFolder(runFolder);
      else removeRecord(runFolder);
    }
    throw error;
  }
}
