import { expect, test } from 'vitest';
import { parseResult } from '../../reports/index.ts';
import { brokerObstacle } from '../../simulator/broker/broker.ts';
import { UserPlace } from '../testing/brownout.ts';
import { idsWith } from '../testing/demo.ts';

const run = (place: UserPlace, scenario: string) => place.brownout(['run', 'node-red-resilient-mosquitto', scenario, '--seed', '13', '--json']);

const happen = ['broker/restarted', 'broker/crashed', 'broker/forgets-sessions', 'broker/logins-refused', 'broker/clients-kicked'];
test.skipIf(brokerObstacle('mosquitto')).for(happen)('over mosquitto the resilient pipeline holds under %s', async (scenario, { expect: expectHere }) => {
  using place = new UserPlace();
  const { code, stdout, stderr } = await run(place, scenario);
  const result = parseResult(stdout);
  expectHere(idsWith(result, 'broken'), stderr).toEqual([]);
  expectHere(result.faults.filter(({ bite, healed }) => !bite.proven || !healed), stderr).toEqual([]);
  expectHere(result.verdict, stderr).toBe('held');
  expectHere(code).toBe(0);
  expectHere(place.leftovers()).toEqual([]);
});

const cannotHappen = { 'broker/quota-while-draining': 'quota on broker', 'broker/poisoned-message': 'poison on broker' };
test.skipIf(brokerObstacle('mosquitto')).for(Object.entries(cannotHappen))('what mosquitto cannot be made to do under %s is not tested, and never passed', async ([scenario, what], { expect: expectHere }) => {
  using place = new UserPlace();
  const { code, stdout, stderr } = await run(place, scenario);
  const result = parseResult(stdout);
  expectHere(idsWith(result, 'broken'), stderr).toEqual([]);
  expectHere(result.notTested).toContainEqual({ what, reason: expect.stringContaining('mosquitto'), fix: expect.stringContaining('kind: aedes') });
  expectHere(result.verdict).toBe('inconclusive');
  expectHere(code).toBe(2);
  expectHere(place.leftovers()).toEqual([]);
});
