import { expect, test } from 'vitest';
import { loadPipeline } from '../../schema/load.ts';

test('all but the broker is that of the reference', async () => {
  const { pipeline: reference } = await loadPipeline('node-red-resilient');
  const { pipeline } = await loadPipeline('node-red-resilient-mosquitto');
  const { name, description } = pipeline;
  const expected = { ...reference, name, description, broker: { kind: 'mosquitto' } };
  expect(JSON.parse(JSON.stringify(pipeline).replaceAll('${pipeline}/../node-red-resilient/', '${pipeline}/'))).toEqual(JSON.parse(JSON.stringify(expected)));
});
