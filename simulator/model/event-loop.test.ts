import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventLoop } from './event-loop.ts';

test('everything happens in the order of time, and what is planned for one moment in the order it was planned in', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 60 }), (moments) => {
      const loop = new EventLoop();
      const happened: { at: number; order: number }[] = [];
      for (const [order, at] of moments.entries()) loop.at(at, () => happened.push({ at: loop.nowMicros, order }));
      loop.runUntil(20);
      expect(happened).toEqual(moments.map((at, order) => ({ at, order })).toSorted((a, b) => a.at - b.at || a.order - b.order));
    }),
  );
});

test('what is planned while something happens takes its turn, and never before now', () => {
  const loop = new EventLoop();
  const happened: string[] = [];
  loop.at(10, () => {
    happened.push('first');
    loop.at(3, () => happened.push('late for its moment'));
    loop.after(5, () => happened.push('after'));
  });
  loop.at(10, () => happened.push('second'));
  loop.runUntil(14);
  expect(happened).toEqual(['first', 'second', 'late for its moment']);
  expect(loop.nowMicros).toBe(14);
});

test('a delay always moves the clock on, however small it is and however late it is', () => {
  const loop = new EventLoop();
  loop.runUntil(1e12);
  let turns = 0;
  const again = () => {
    turns++;
    loop.after(1e-6, again);
  };
  again();
  loop.runUntil(1e12 + 50);
  expect(turns).toBe(51);
});
