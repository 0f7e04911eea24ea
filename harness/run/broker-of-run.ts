import path from 'node:path';
import { brokerObstacle, startBroker, type Broker } from '../../simulator/broker/broker.ts';
import { HarnessProblem } from '../problem.ts';
import { MARK } from '../../simulator/process-mark.ts';
import type { StageSetup } from './stage.ts';

/**
 * Starts the broker that the pipeline asks for; undefined if it asks for none. Its sessions are in the run's work folder,
 * what it writes is with the logs of the nodes, and the guardian knows of it. Throws HarnessProblem.
 */
export async function brokerOfRun({ loaded, mark, guardian, workFolder, logsFolder }: StageSetup): Promise<Broker | undefined> {
  const { broker } = loaded.pipeline;
  if (!broker) return undefined;
  const obstacle = brokerObstacle(broker.kind);
  if (obstacle) throw new HarnessProblem(`no broker of the kind ${broker.kind} can be started: ${obstacle.reason}`, obstacle.fix);
  try {
    return await startBroker({
      kind: broker.kind,
      within: workFolder,
      env: { [MARK]: mark.of('broker').text },
      logFile: path.join(logsFolder, 'broker.log'),
      watcher: { started: (groupId) => guardian.watchGroup(groupId), gone: (groupId) => guardian.forgetGroup(groupId) },
    });
  } catch (error) {
    throw new HarnessProblem((error as Error).message);
  }
}
