import { beforeEach, describe, expect, test } from 'vitest';
import { EventLoop } from './event-loop.ts';
import { Life } from './life.ts';
import { Link, type Connection } from './link.ts';

const LATENCY = 10;
let loop: EventLoop;
let client: Life;
let server: Life;
let link: Link;
let connection: Connection;
let heard: string[];

beforeEach(() => {
  loop = new EventLoop();
  [client, server] = [new Life(loop, 'client'), new Life(loop, 'server')];
  client.boot();
  server.boot();
  link = new Link(loop, 'link', LATENCY);
  heard = [];
  link.connect(client, server, (it) => (connection = it), () => heard.push('refused'));
  loop.runUntil(100);
});

const say = (word: string) => connection.send('up', () => heard.push(`${word} at ${loop.nowMicros}`));

test('messages arrive after the latency, in order', () => {
  say('one');
  link.addedLatencyMicros.up = 50;
  say('two');
  link.addedLatencyMicros.up = 0;
  say('three');
  loop.runUntil(1000);
  expect(heard).toEqual(['one at 110', 'two at 160', 'three at 160']);
});

describe('a black hole', () => {
  test('keeps what is sent into it, and what was on its way, until the last of overlapping ones ends', () => {
    say('on its way');
    const first = link.blackhole(['up', 'down']);
    const second = link.blackhole(['up']);
    say('into it');
    loop.runUntil(200);
    first();
    loop.runUntil(300);
    expect(heard).toEqual([]);
    second();
    second();
    loop.runUntil(400);
    expect(heard).toEqual(['on its way at 310', 'into it at 310']);
  });

  test('keeps from a dead node what it would have heard, and from the others that it died', () => {
    connection.onClientEnd = () => heard.push('client hears of the end');
    const end = link.blackhole(['up', 'down']);
    link.nodeDied(server, 'crash');
    loop.runUntil(200);
    expect(heard).toEqual([]);
    end();
    loop.runUntil(300);
    expect(heard).toEqual(['client hears of the end']);
  });

  test('lets a connection come about only when it ends', () => {
    const end = link.blackhole(['down']);
    link.connect(client, server, () => heard.push(`connected at ${loop.nowMicros}`), () => {});
    loop.runUntil(500);
    end();
    loop.runUntil(600);
    expect(heard).toEqual(['connected at 520']);
  });
});

test('after a power cut the other end hears nothing until it speaks to the node that has booted again', () => {
  connection.onClientEnd = () => heard.push('reset');
  server.onDeath = (how) => link.nodeDied(server, how);
  server.die('power-cut');
  say('into the dark');
  loop.runUntil(200);
  server.boot();
  loop.runUntil(300);
  expect(heard).toEqual([]);
  say('to somebody who does not know it');
  loop.runUntil(400);
  expect(heard).toEqual(['reset']);
});

test('a lost acknowledgement breaks its connection, and only the nth is lost', () => {
  connection.onServerEnd = () => heard.push('broken');
  link.loseAck(2);
  connection.send('down', () => heard.push('first'), 4, true);
  connection.send('down', () => heard.push('message'), 4);
  loop.runUntil(200);
  connection.send('down', () => heard.push('second'), 4, true);
  loop.runUntil(300);
  expect(heard).toEqual(['first', 'message', 'broken']);
});
