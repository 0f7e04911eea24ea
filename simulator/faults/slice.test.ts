import { expect, test, vi } from 'vitest';
import { hop } from '../testing/hop.ts';
import { slice } from './slice.ts';

test('a message arrives whole, in pieces no longer than asked for', async () => {
  await using it = await hop();
  const client = await it.call();
  const fault = await slice.apply(it.link, { bytes: 3, gap: 5, direction: 'to' }, it.context);
  client.socket.write('a message of 26 characters');
  await vi.waitFor(() => expect(it.accepted[0]?.received.toString()).toBe('a message of 26 characters'), { timeout: 5000 });
  expect(Math.max(...it.accepted[0]!.pieces.map(({ bytes }) => bytes.length))).toBe(3);
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { pieces: 9, cuts: 8 } });
  it.accepted[0]!.socket.write('the way back is whole');
  await vi.waitFor(() => expect(client.pieces.map(({ bytes }) => bytes.toString())).toEqual(['the way back is whole']));
  client.socket.write(Buffer.alloc(10_000));
  await fault.heal();
  await fault.heal();
  await vi.waitFor(() => expect(it.accepted[0]!.received.length).toBe(10_026));
});
